/** Trees of files that a build copies from: found, matched and read without leaving their root. */
@NullMarked
package dev.gantry.build.tree;

import org.jspecify.annotations.NullMarked;
