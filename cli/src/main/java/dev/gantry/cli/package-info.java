/** The gantry command. */
@NullMarked
package dev.gantry.cli;

import org.jspecify.annotations.NullMarked;
