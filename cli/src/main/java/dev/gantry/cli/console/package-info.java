/** Talking to processes in containers: {@code exec}, {@code attach}, {@code run -it}. */
@NullMarked
package dev.gantry.cli.console;

import org.jspecify.annotations.NullMarked;
