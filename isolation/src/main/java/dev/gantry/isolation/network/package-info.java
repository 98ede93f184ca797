/** Bridges, addresses and published ports of sandboxes. */
@NullMarked
package dev.gantry.isolation.network;

import org.jspecify.annotations.NullMarked;
