package dev.gantry.image.blob;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What was written to a {@link StagedBlob} did not reach the disk. The kernel tells so only once:
 * whoever is told must throw the upload away.
 */
public final class LostWriteException extends IOException {
  private static final long serialVersionUID = 1;

  LostWriteException(@Nullable Throwable cause) {
    super("what was written did not reach the disk", cause);
  }
}
