/** Control groups, version 1 and 2: limits, usage, the end of all processes of a group. */
@NullMarked
package dev.gantry.isolation.cgroup;

import org.jspecify.annotations.NullMarked;
