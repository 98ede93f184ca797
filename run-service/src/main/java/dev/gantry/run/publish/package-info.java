/** Facts from the journal to the bus. */
@NullMarked
package dev.gantry.run.publish;

import org.jspecify.annotations.NullMarked;
