/** Whether runs do their work: probes, and what follows from their results. */
@NullMarked
package dev.gantry.run.health;

import org.jspecify.annotations.NullMarked;
