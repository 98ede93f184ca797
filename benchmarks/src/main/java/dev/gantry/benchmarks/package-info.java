/** Benchmarks, micro and whole-system. */
@NullMarked
package dev.gantry.benchmarks;

import org.jspecify.annotations.NullMarked;
