/** Files between this machine and containers. */
@NullMarked
package dev.gantry.cli.copy;

import org.jspecify.annotations.NullMarked;
