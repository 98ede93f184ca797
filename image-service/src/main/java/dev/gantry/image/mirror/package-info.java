/**
 * Other registries below prefixes of names: pulled through, kept, and served when they are away.
 */
@NullMarked
package dev.gantry.image.mirror;

import org.jspecify.annotations.NullMarked;
