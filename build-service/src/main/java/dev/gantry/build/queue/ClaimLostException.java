package dev.gantry.build.queue;

/** Another worker has the build by now: whoever gets this stops and says nothing more of it. */
public final class ClaimLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For the build of that id. */
  public ClaimLostException(String build) {
    super("build " + build + " belongs to another attempt");
  }
}
