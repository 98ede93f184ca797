/** From layers and settings to an image in the registry. */
@NullMarked
package dev.gantry.build.publish;

import org.jspecify.annotations.NullMarked;
