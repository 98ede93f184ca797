/** Where a run goes: a pure decision. */
@NullMarked
package dev.gantry.run.placement;

import org.jspecify.annotations.NullMarked;
