/** The list of images for people and tools. */
@NullMarked
package dev.gantry.image.listing;

import org.jspecify.annotations.NullMarked;
