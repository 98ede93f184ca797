/** Facts between the catalogue's transaction and the event bus. */
@NullMarked
package dev.gantry.image.outbox;

import org.jspecify.annotations.NullMarked;
