/** Images on this host: resolved, fetched, unpacked once. */
@NullMarked
package dev.gantry.run.pull;

import org.jspecify.annotations.NullMarked;
