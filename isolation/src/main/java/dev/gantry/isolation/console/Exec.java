package dev.gantry.isolation.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A conversation with a process of a sandbox: one that was executed for it, or the sandbox's own.
 * Thread-safe; each stream is for one thread.
 *
 * <p>Output that nobody takes is buffered up to 256 KiB a stream; then an executed process waits,
 * and its exit is not told either. So take both streams, or {@link #output()}.
 */
public interface Exec extends AutoCloseable {
  /**
   * The process's input. Closing it ends that: for a terminal, by its end-of-file character.
   * Writing blocks while the process does not read. After the end of the process it is an
   * IOException, as it is when there is no input.
   */
  OutputStream stdin();

  /** Standard output and error as they come. */
  InputStream output();

  /** Standard output; of a terminal, all. */
  InputStream stdout();

  /** Standard error; empty of a terminal. */
  InputStream stderr();

  /**
   * The next piece of output of either stream, waiting for one; empty at the end.
   *
   * @throws IOException when the connection broke
   */
  Optional<OutputPiece> next() throws IOException;

  /**
   * The exit code, when the process ended and its output was received: 128 + n when signal n ended
   * it, 127 or 126 when the command is missing or cannot be executed (standard error says why).
   * Fails with an IOException when the connection broke before, or {@link #close()} came first.
   */
  CompletableFuture<Integer> exit();

  /** Sets the size of the terminal; does nothing when there is none. */
  void resize(TerminalSize size) throws IOException;

  /** Sends a signal to the process; does nothing when that has ended. */
  void signal(int number) throws IOException;

  /**
   * Hangs up. An executed process that lives still, and its process group, get SIGHUP and, when
   * they are there a little later, SIGKILL. The sandbox's own process just goes on. A repeated call
   * does nothing.
   */
  @Override
  void close();
}
