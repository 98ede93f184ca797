/** Root file systems from layers, outside of a sandbox. */
@NullMarked
package dev.gantry.isolation.rootfs;

import org.jspecify.annotations.NullMarked;
