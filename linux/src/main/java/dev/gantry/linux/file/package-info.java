/**
 * Files, resolved by the kernel beneath a directory descriptor: whatever symbolic links lie there,
 * no operation reaches outside (openat2(2), {@code RESOLVE_IN_ROOT}).
 */
@NullMarked
package dev.gantry.linux.file;

import org.jspecify.annotations.NullMarked;
