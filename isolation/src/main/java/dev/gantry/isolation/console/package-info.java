/** Commands that are executed in a running sandbox, and taking part in its own input and output. */
@NullMarked
package dev.gantry.isolation.console;

import org.jspecify.annotations.NullMarked;
