/** Pure tests. */
@NullMarked
package dev.gantry.build.plan;

import org.jspecify.annotations.NullMarked;
