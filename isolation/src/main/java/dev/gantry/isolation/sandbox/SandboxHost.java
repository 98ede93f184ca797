package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.CgroupVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Starts sandboxes on this host, and finds those that an earlier process started. Thread-safe. */
public final class SandboxHost implements AutoCloseable {
  private SandboxHost() {}

  /**
   * Makes this host ready: unpacks the shim, finds out what the kernel can, starts the thread that
   * waits for processes. One at a time per state directory.
   *
   * @throws IOException when another process has the state directory, or the host cannot run
   *     sandboxes
   */
  public static SandboxHost open(HostConfig config) throws IOException {
    throw new UnsupportedOperationException(config.toString());
  }

  /**
   * Starts a sandbox; returns when its command was executed. When the command is missing or cannot
   * be executed, the sandbox has started and ends at once with 127 or 126, as with Docker.
   *
   * @throws SandboxException when a stage failed; nothing is left but the directory's log
   */
  public Sandbox launch(SandboxSpec spec) throws SandboxException {
    throw new UnsupportedOperationException(spec.toString());
  }

  /**
   * Finds the sandbox of a directory again: one that lives, or one that ended while nobody looked.
   * Empty: it never started; {@link #discard} removes what is there.
   */
  public Optional<Sandbox> adopt(Path directory) throws IOException {
    throw new UnsupportedOperationException(directory.toString());
  }

  /**
   * Removes whatever is left of the sandbox with this id and directory, whether or not it ever
   * started: processes, control group, id range, directory. Idempotent.
   */
  public void discard(String id, Path directory) throws IOException {
    throw new UnsupportedOperationException(id + directory);
  }

  /** The version of control groups on this host. */
  public CgroupVersion cgroups() {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether the kernel maps ids when it mounts layers. Then {@link Sandbox#upper} has ids from 0
   * on, as in an image; else they are those of the sandbox's range.
   */
  public boolean idmappedLayers() {
    throw new UnsupportedOperationException();
  }

  /** Stops watching. Sandboxes live on. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
