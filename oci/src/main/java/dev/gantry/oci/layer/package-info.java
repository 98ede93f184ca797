/**
 * Layers: archives made of directory trees, and directory trees made of archives, hostile ones too.
 */
@NullMarked
package dev.gantry.oci.layer;

import org.jspecify.annotations.NullMarked;
