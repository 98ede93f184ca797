/** The space that everything takes on the host: system df, prune. */
@NullMarked
package dev.gantry.cli.system;

import org.jspecify.annotations.NullMarked;
