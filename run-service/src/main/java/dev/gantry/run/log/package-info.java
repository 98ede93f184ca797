/** What a run has written, for readers. */
@NullMarked
package dev.gantry.run.log;

import org.jspecify.annotations.NullMarked;
