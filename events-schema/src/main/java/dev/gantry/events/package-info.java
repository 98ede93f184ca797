/** The events that the services exchange, and their JSON form. */
@NullMarked
package dev.gantry.events;

import org.jspecify.annotations.NullMarked;
