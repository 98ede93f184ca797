/** Volumes: what runs keep beyond their own lives, and what is mounted in them. */
@NullMarked
package dev.gantry.run.volume;

import org.jspecify.annotations.NullMarked;
