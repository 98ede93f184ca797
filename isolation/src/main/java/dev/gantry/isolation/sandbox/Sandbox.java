package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.cgroup.CgroupStats;
import dev.gantry.isolation.cgroup.LimitRefusedException;
import dev.gantry.isolation.console.AttachSpec;
import dev.gantry.isolation.console.Exec;
import dev.gantry.isolation.console.ExecSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** A sandbox whose command was executed. It lives on when this process ends. Thread-safe. */
public interface Sandbox {
  /** The name that its specification gave it. */
  String id();

  /** Where it keeps its state; the shim's README describes what is in there. */
  Path directory();

  /** The process id of its first process, as this process sees it. */
  long pid();

  /** When the command was executed. */
  Instant startedAt();

  /**
   * How it ended, once it did. The record is on disk by then, and no process of the sandbox is
   * left. Callbacks run on a virtual thread.
   */
  CompletableFuture<ExitRecord> exit();

  /** Whether its first process lives. */
  boolean alive();

  /**
   * Sends a signal to the first process. Does nothing when that has ended. As for any first process
   * of a PID namespace, a signal that it does not handle is ignored, but for {@code SIGKILL} (9)
   * and {@code SIGSTOP} (19).
   */
  void signal(int number) throws IOException;

  /** Kills every process of the sandbox; returns at once, {@link #exit} tells when it happened. */
  void kill() throws IOException;

  /**
   * Executes a command in the sandbox; returns when it was executed. It ends with the sandbox, and
   * when the {@link Exec} is closed.
   *
   * @throws SandboxException when a stage failed: the user or the directory is missing, say, or the
   *     sandbox has ended
   */
  Exec exec(ExecSpec spec) throws SandboxException;

  /**
   * Takes part in the input and output of the sandbox's first process. Any number of times, also at
   * once and after others left; a client that takes no output delays nobody: what it missed comes
   * from the log.
   *
   * @throws SandboxException when there are too many clients, the process has no input that was
   *     asked for, or the sandbox has ended
   */
  Exec attach(AttachSpec spec) throws SandboxException;

  /**
   * Gives it these limits, all of them; without one of processes it gets the default.
   *
   * @throws LimitRefusedException when more memory is in use than it shall have; nothing is changed
   */
  void update(CgroupLimits limits) throws IOException;

  /**
   * Lets all its processes stand still; returns when they do. It can be killed then.
   *
   * @throws IOException when they do not within 10 seconds; they run on then
   */
  void pause() throws IOException;

  /** Lets them go on; nothing happens when they do already. */
  void unpause() throws IOException;

  /** Whether it was told to stand still, by whomever. */
  boolean paused() throws IOException;

  /** What it uses and has used. */
  CgroupStats stats() throws IOException;

  /** The ids of its processes, as this process sees them. */
  List<Long> processes() throws IOException;

  /**
   * Says how many of its processes the kernel has killed for want of memory so far, whenever one
   * more was, and at once when it is not 0 already. On a virtual thread; until the sandbox has
   * ended.
   */
  void onOom(LongConsumer listener) throws IOException;

  /**
   * Makes its {@link #exit} known before the kernel has undone its mounts, which waits for the
   * disk: this process keeps them until a moment later, but no longer than it lives or the sandbox
   * is launched anew. Meanwhile what is bound into the sandbox is in use. A repeated call, and one
   * to a sandbox that has ended, changes nothing.
   *
   * @throws IOException when this process has too many open files; the exit is known later, then
   */
  void keepMounts() throws IOException;

  /**
   * Its files as its processes see them, with all that is mounted there; to be closed.
   *
   * @throws IOException when it has ended
   */
  InnerFiles files() throws IOException;

  /** The directory of what was changed in the root file system: the upper layer of its overlay. */
  Path upper();

  /**
   * Undoes everything: kills what lives, waits for it (at most 10 seconds), removes the control
   * group, the id range and the content of {@link #directory()}, then the directory. A repeated
   * call finishes what an interrupted one left. The interface on the host goes with the sandbox's
   * network namespace, which the kernel removes a moment later.
   *
   * @throws IOException when something could not be removed; what is left can be removed by another
   *     call
   */
  void destroy() throws IOException;
}
