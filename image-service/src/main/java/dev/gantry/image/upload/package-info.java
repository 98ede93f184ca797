/** Uploads: bytes on their way to becoming a blob. */
@NullMarked
package dev.gantry.image.upload;

import org.jspecify.annotations.NullMarked;
