/** Removing what nobody uses, after showing it. */
@NullMarked
package dev.gantry.cli.prune;

import org.jspecify.annotations.NullMarked;
