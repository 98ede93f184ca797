/** What the processes of a sandbox are, as /proc shows them. */
@NullMarked
package dev.gantry.isolation.process;

import org.jspecify.annotations.NullMarked;
