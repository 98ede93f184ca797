package dev.gantry.linux.seccomp;

/** What a filter does with a system call: a return value of seccomp(2). */
public record Action(int code) {
  /** Lets it happen. */
  public static final Action ALLOW = new Action(0x7fff0000);

  /** Lets it happen and writes it to the audit log. */
  public static final Action LOG = new Action(0x7ffc0000);

  /** Sends SIGSYS to the thread. */
  public static final Action TRAP = new Action(0x00030000);

  /** Ends the thread. */
  public static final Action KILL_THREAD = new Action(0);

  /** Ends the process. */
  public static final Action KILL_PROCESS = new Action(0x80000000);

  private static final int ERRNO = 0x00050000;
  private static final int DATA_MASK = 0xffff;

  /** Lets it fail with this error number. */
  public static Action errno(int number) {
    return new Action(ERRNO | (number & DATA_MASK));
  }
}
