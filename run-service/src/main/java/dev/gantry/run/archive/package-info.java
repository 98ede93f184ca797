/** Files of runs, copied in and out as tar archives. */
@NullMarked
package dev.gantry.run.archive;

import org.jspecify.annotations.NullMarked;
