/** Runs containers. */
@NullMarked
package dev.gantry.run;

import org.jspecify.annotations.NullMarked;
