/** Which user and group ids of the host a sandbox owns. */
@NullMarked
package dev.gantry.isolation.identity;

import org.jspecify.annotations.NullMarked;
