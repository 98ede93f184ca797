/** Filters of system calls, compiled by libseccomp. */
@NullMarked
package dev.gantry.linux.seccomp;

import org.jspecify.annotations.NullMarked;
