/** The terminal that a person sits at. */
@NullMarked
package dev.gantry.linux.terminal;

import org.jspecify.annotations.NullMarked;
