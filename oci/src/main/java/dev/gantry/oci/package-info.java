/** OCI images: digests, manifests, layers and their archives. */
@NullMarked
package dev.gantry.oci;

import org.jspecify.annotations.NullMarked;
