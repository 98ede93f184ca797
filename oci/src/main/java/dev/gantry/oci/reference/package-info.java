/** Names of images as people write them. */
@NullMarked
package dev.gantry.oci.reference;

import org.jspecify.annotations.NullMarked;
