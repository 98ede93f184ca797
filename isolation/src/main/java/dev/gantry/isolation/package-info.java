/** Linux isolation of a process: namespaces, control groups, mounts; the C shim. */
@NullMarked
package dev.gantry.isolation;

import org.jspecify.annotations.NullMarked;
