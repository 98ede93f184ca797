/** Manifests: parsed, checked, catalogued, announced. */
@NullMarked
package dev.gantry.image.manifest;

import org.jspecify.annotations.NullMarked;
