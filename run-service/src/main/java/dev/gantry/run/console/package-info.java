/** Commands in a run, and its own input and output, over WebSockets. */
@NullMarked
package dev.gantry.run.console;

import org.jspecify.annotations.NullMarked;
