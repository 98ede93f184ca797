@NullMarked
package dev.gantry.run.journal;

import org.jspecify.annotations.NullMarked;
