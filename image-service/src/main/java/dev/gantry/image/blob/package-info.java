/** Blobs: content on disk, readable only through a repository that links it. */
@NullMarked
package dev.gantry.image.blob;

import org.jspecify.annotations.NullMarked;
