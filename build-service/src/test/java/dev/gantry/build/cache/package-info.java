/** Pure tests. */
@NullMarked
package dev.gantry.build.cache;

import org.jspecify.annotations.NullMarked;
