/** Builds as rows of PostgreSQL: the queue, its workers, and the facts that leave with a change. */
@NullMarked
package dev.gantry.build.queue;

import org.jspecify.annotations.NullMarked;
