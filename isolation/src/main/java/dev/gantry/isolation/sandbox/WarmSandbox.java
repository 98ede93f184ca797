package dev.gantry.isolation.sandbox;

import dev.gantry.linux.process.SocketPair;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;

/**
 * A sandbox that waits to be told what to be.
 *
 * @param name the owner of what it holds, for as long as it exists
 * @param directory where it waits
 * @param shim the connection to its shim: when it closes, the shim ends, and so does the sandbox
 * @param ended completes when the shim has ended
 */
record WarmSandbox(
    String name, Path directory, Holdings.Held held, SocketPair shim, CompletableFuture<Void> ended)
    implements AutoCloseable {

  /**
   * Makes its directory that of a sandbox which is to be started: from now on, whoever looks there
   * after a crash finds it.
   *
   * @return false where that lies on another file system: nothing has changed
   */
  boolean moveTo(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try {
      Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (AtomicMoveNotSupportedException e) {
      return false;
    }
  }

  /** Lets go of the connection. */
  @Override
  public void close() {
    shim.close();
  }
}
