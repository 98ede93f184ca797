/** Pure tests. */
@NullMarked
package dev.gantry.build.dockerfile;

import org.jspecify.annotations.NullMarked;
