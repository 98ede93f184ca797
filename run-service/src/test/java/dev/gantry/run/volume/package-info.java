@NullMarked
package dev.gantry.run.volume;

import org.jspecify.annotations.NullMarked;
