package dev.gantry.events;

/**
 * The files of a build: a blob in the repository {@code gantry/contexts} of the registry.
 *
 * @param digest of the blob as stored, {@code sha256:…}
 * @param size in bytes, as stored
 * @param mediaType what the blob is: a tar, plain or compressed
 */
public record BuildContext(String digest, long size, String mediaType) {}
