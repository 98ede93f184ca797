package dev.gantry.run.pull;

import dev.gantry.events.ReasonCode;
import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.oci.content.DigestMismatchException;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.layer.HostileArchiveException;
import dev.gantry.oci.registry.RegistryException;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Says why an image cannot be had. */
final class PullFailure {
  private static final Logger LOG = Logger.getLogger(PullFailure.class);
  private static final int CAUSES_MAX = 8;
  private static final int TOO_MANY_REQUESTS = 429;

  private PullFailure() {}

  static Fetched.Failed of(String name, Exception e) {
    return switch (e) {
      case IllegalArgumentException invalid ->
          new Fetched.Failed(ReasonCode.INVALID_FIELD, String.valueOf(invalid.getMessage()));
      case IOException io ->
          storageFull(io)
              ? full(name, io)
              : new Fetched.Failed(reason(io), "image %s: %s".formatted(name, e.getMessage()));
      default -> {
        LOG.errorf(e, "fetching %s failed unexpectedly", name);
        yield new Fetched.Failed(ReasonCode.INTERNAL, "fetching " + name + ": " + e);
      }
    };
  }

  private static Fetched.Failed full(String name, IOException e) {
    LOG.warnf("fetching %s: %s", name, e.getMessage());
    return new Fetched.Failed(
        ReasonCode.STORAGE_FULL,
        "image %s: the host has no space left for it, or no more files".formatted(name));
  }

  private static ReasonCode reason(IOException e) {
    return switch (e) {
      case RegistryException answer when answer.isNotFound() -> ReasonCode.IMAGE_NOT_FOUND;
      case UnfitImageException _ -> ReasonCode.PLATFORM_UNSUPPORTED;
      case InvalidImageException _,
          HostileArchiveException _,
          DigestMismatchException _,
          WrongLayerException _ ->
          ReasonCode.IMAGE_INVALID;
      default -> ReasonCode.PULL_FAILED;
    };
  }

  /** No bytes or no inodes left, or a quota used up; the JDK says it in words only. */
  static boolean storageFull(@Nullable Throwable e) {
    Throwable cause = e;
    for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof LinuxException linux && linux.is(Errno.ENOSPC, Errno.EDQUOT)
          || message.contains("No space left on device")
          || message.contains("Disk quota exceeded")) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Whether a registry gave no answer at all, or said that it cannot now. */
  static boolean unreachable(IOException e) {
    return !(e instanceof RegistryException answer)
        || answer.status() >= 500
        || answer.status() == TOO_MANY_REQUESTS;
  }
}
