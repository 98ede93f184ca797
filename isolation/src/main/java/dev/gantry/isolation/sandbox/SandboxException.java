package dev.gantry.isolation.sandbox;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.io.IOException;

/** A sandbox that could not be started: the stage that failed, with which error number. */
public final class SandboxException extends IOException {
  private static final long serialVersionUID = 1;

  private final String stage;
  private final int errno;

  /**
   * A failed stage.
   *
   * @param errno the error number, or 0 when no system call failed
   * @param detail what it was about, or why; may be empty
   */
  public SandboxException(String stage, int errno, String detail) {
    super(text(stage, errno, detail));
    this.stage = stage;
    this.errno = errno;
  }

  /** A stage on this side of the shim that failed. */
  public SandboxException(String stage, IOException cause) {
    super(stage + " failed: " + cause.getMessage(), cause);
    this.stage = stage;
    this.errno = cause instanceof LinuxException e ? e.errno() : 0;
  }

  private static String text(String stage, int errno, String detail) {
    return stage
        + " failed"
        + (detail.isEmpty() ? "" : ": " + detail)
        + (errno == 0 ? "" : ": " + Errno.nameOf(errno));
  }

  /** The stage that failed, as the shim's README names it. */
  public String stage() {
    return stage;
  }

  /** The error number, or 0. */
  public int errno() {
    return errno;
  }
}
