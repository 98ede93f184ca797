@NullMarked
package dev.gantry.run.stats;

import org.jspecify.annotations.NullMarked;
