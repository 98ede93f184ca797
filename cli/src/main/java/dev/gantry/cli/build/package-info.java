/** Builds: the context that is sent, and what comes back. */
@NullMarked
package dev.gantry.cli.build;

import org.jspecify.annotations.NullMarked;
