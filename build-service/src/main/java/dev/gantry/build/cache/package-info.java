/** Results of steps by what went into them. */
@NullMarked
package dev.gantry.build.cache;

import org.jspecify.annotations.NullMarked;
