package dev.gantry.oci.registry;

import dev.gantry.oci.content.Descriptor;

/**
 * A layer to be pushed.
 *
 * @param source asked only when the registry does not have the blob
 */
public record LayerBlob(Descriptor descriptor, BlobSource source) {}
