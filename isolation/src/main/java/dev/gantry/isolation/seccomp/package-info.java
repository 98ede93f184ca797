/** Which system calls a sandbox may make. */
@NullMarked
package dev.gantry.isolation.seccomp;

import org.jspecify.annotations.NullMarked;
