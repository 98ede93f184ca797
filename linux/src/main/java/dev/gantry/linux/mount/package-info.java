/** Mounts by descriptor: made without a place in any mount namespace. */
@NullMarked
package dev.gantry.linux.mount;

import org.jspecify.annotations.NullMarked;
