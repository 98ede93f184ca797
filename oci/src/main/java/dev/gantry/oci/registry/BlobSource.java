package dev.gantry.oci.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens some content from its start, as often as it is asked. */
@FunctionalInterface
public interface BlobSource {
  /** A stream over the whole content, to be closed by the caller. */
  InputStream open() throws IOException;

  /** Content in memory. */
  static BlobSource of(byte[] content) {
    return () -> new ByteArrayInputStream(content);
  }

  /** Content in a file. */
  static BlobSource of(Path file) {
    return () -> Files.newInputStream(file);
  }
}
