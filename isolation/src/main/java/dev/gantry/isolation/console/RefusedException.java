package dev.gantry.isolation.console;

import java.io.IOException;

/** What was asked for did not begin: the stage that failed, with which error number. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final String stage;
  private final int errno;

  RefusedException(String stage, int errno, String detail) {
    super(detail);
    this.stage = stage;
    this.errno = errno;
  }

  /** The stage that failed, as the shim's README names it. */
  public String stage() {
    return stage;
  }

  /** The error number. */
  public int errno() {
    return errno;
  }
}
