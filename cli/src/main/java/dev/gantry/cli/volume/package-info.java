/** Directories that outlive containers: volume create, ls, inspect, rm, prune. */
@NullMarked
package dev.gantry.cli.volume;

import org.jspecify.annotations.NullMarked;
