package dev.gantry.oci.layer;

import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;

/**
 * A layer that was written.
 *
 * @param descriptor of the archive as it was written, compressed or not
 * @param diffId the digest of the archive before compression
 * @param archiveBytes the archive's size before compression
 * @param entries how many files, directories, links and whiteouts it holds; 0: nothing changed
 */
public record WrittenLayer(Descriptor descriptor, Digest diffId, long archiveBytes, long entries) {}
