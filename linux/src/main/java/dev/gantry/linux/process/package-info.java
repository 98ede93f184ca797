/** Processes: starting one, telling one from another, signalling, and waiting for many at once. */
@NullMarked
package dev.gantry.linux.process;

import org.jspecify.annotations.NullMarked;
