/** Starts the whole platform on one machine. */
@NullMarked
package dev.gantry.launcher;

import org.jspecify.annotations.NullMarked;
