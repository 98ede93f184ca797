/** Benchmarks. */
@NullMarked
package dev.gantry.cli.bench;

import org.jspecify.annotations.NullMarked;
