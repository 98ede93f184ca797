/**
 * The Dockerfile front end: text to lines to typed instructions. Pure: knows no files, no images.
 */
@NullMarked
package dev.gantry.build.dockerfile;

import org.jspecify.annotations.NullMarked;
