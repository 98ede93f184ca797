/** Collecting what nothing refers to any more, while the registry serves. */
@NullMarked
package dev.gantry.image.collect;

import org.jspecify.annotations.NullMarked;
