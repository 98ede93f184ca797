package dev.gantry.build.cache;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;

/**
 * A layer that is a blob of the registry.
 *
 * @param blob the compressed archive
 * @param diffId the digest of the archive before compression
 * @param repository one that is known to hold the blob
 */
public record CachedLayer(Descriptor blob, Digest diffId, String repository) {}
