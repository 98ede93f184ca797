/** System calls of Linux, through JNA. */
@NullMarked
package dev.gantry.linux;

import org.jspecify.annotations.NullMarked;
