/** What an image is made of: manifest, index and config, in OCI's form and in Docker's. */
@NullMarked
package dev.gantry.oci.image;

import org.jspecify.annotations.NullMarked;
