/** Tags: names that move from manifest to manifest, and their history. */
@NullMarked
package dev.gantry.image.tag;

import org.jspecify.annotations.NullMarked;
