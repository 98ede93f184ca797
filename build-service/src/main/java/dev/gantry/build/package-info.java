/** Builds images from Dockerfiles. */
@NullMarked
package dev.gantry.build;

import org.jspecify.annotations.NullMarked;
