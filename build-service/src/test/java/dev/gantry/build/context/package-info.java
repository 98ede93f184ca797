/** Pure tests. */
@NullMarked
package dev.gantry.build.context;

import org.jspecify.annotations.NullMarked;
