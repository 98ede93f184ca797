/** Content by its digest: digests, descriptors, and a store of blobs on disk. */
@NullMarked
package dev.gantry.oci.content;

import org.jspecify.annotations.NullMarked;
