/** Networks of containers: network create, ls, inspect, rm, prune. */
@NullMarked
package dev.gantry.cli.network;

import org.jspecify.annotations.NullMarked;
