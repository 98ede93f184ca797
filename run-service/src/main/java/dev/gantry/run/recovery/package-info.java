/** From a journal and a kernel back to runs, after whatever happened to the service. */
@NullMarked
package dev.gantry.run.recovery;

import org.jspecify.annotations.NullMarked;
