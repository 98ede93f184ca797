/** Which addresses may be connected to when somebody else says where to. */
@NullMarked
package dev.gantry.oci.network;

import org.jspecify.annotations.NullMarked;
