/** Executes plans: steps from the cache, in sandboxes, or as copies of files. */
@NullMarked
package dev.gantry.build.execute;

import org.jspecify.annotations.NullMarked;
