package dev.gantry.oci.registry;

import java.io.IOException;
import java.io.InputStream;

/** Opens some content from its start, as often as it is asked. */
@FunctionalInterface
public interface BlobSource {
  /** A stream over the whole content, to be closed by the caller. */
  InputStream open() throws IOException;
}
