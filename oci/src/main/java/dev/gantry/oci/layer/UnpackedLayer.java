package dev.gantry.oci.layer;

import dev.gantry.oci.content.Digest;

/**
 * What came out of an archive.
 *
 * @param diffId the digest of the archive without compression
 * @param archiveBytes its size without compression
 * @param contentBytes the sum of its files' sizes
 * @param entries how many entries it had
 * @param devicesLeftOut how many device nodes were not made
 */
public record UnpackedLayer(
    Digest diffId, long archiveBytes, long contentBytes, long entries, long devicesLeftOut) {}
