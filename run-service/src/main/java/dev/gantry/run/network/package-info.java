/** How runs are attached to the host's network. */
@NullMarked
package dev.gantry.run.network;

import org.jspecify.annotations.NullMarked;
