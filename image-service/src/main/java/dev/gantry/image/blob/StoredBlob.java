package dev.gantry.image.blob;

import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A blob as a store has found it. */
public interface StoredBlob {
  Digest digest();

  /** Its length in bytes. */
  long size();

  /** When somebody committed these bytes last. */
  Instant committedAt();

  /**
   * Opens it for reading from there on.
   *
   * @throws java.nio.file.NoSuchFileException when it was deleted after it was found
   */
  InputStream read(long offset) throws IOException;

  /**
   * Its file, for those who let the kernel send a region of it; empty in stores that have no files.
   * Never to be written.
   */
  Optional<Path> file();
}
