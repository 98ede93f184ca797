/** What becomes of a run, from its request to its removal. */
@NullMarked
package dev.gantry.run.lifecycle;

import org.jspecify.annotations.NullMarked;
