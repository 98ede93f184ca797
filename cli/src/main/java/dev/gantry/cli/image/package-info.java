/** Images: what there is, and base images from outside. */
@NullMarked
package dev.gantry.cli.image;

import org.jspecify.annotations.NullMarked;
