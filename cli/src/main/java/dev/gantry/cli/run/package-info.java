/** Containers: run, ps, logs, stop, rm. */
@NullMarked
package dev.gantry.cli.run;

import org.jspecify.annotations.NullMarked;
