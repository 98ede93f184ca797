/** Tests of steps on real file systems. */
@NullMarked
package dev.gantry.build.execute;

import org.jspecify.annotations.NullMarked;
