/** The name server of this host's networks: a small program that outlives the service. */
@NullMarked
package dev.gantry.isolation.names;

import org.jspecify.annotations.NullMarked;
