/** Mounts that belong to a file descriptor, not to a place: fsopen(2) and its kin. */
@NullMarked
package dev.gantry.linux.mount;

import org.jspecify.annotations.NullMarked;
