/** From typed instructions to the steps of the stages that are needed. Pure. */
@NullMarked
package dev.gantry.build.plan;

import org.jspecify.annotations.NullMarked;
