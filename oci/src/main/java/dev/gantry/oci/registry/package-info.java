/** A client of registries (OCI distribution specification 1.1). */
@NullMarked
package dev.gantry.oci.registry;

import org.jspecify.annotations.NullMarked;
