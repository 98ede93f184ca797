package dev.gantry.isolation.sandbox;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.process.Pipe;
import dev.gantry.linux.process.ProcessId;
import dev.gantry.linux.process.SealedProgram;
import dev.gantry.linux.process.SocketPair;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The shim, ready to be started. */
final class ShimProgram implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STATUS_BYTES_MAX = 1024;
  private static final int SIGKILL = 9;

  private final SealedProgram program;

  private ShimProgram(SealedProgram program) {
    this.program = program;
  }

  /** Takes the program for this machine out of the jar. */
  static ShimProgram load() throws IOException {
    String machine =
        switch (System.getProperty("os.arch", "")) {
          case "amd64" -> "x86_64";
          case String other -> other;
        };
    String resource = "/native/linux-" + machine + "/gantry-shim";
    try (InputStream in = ShimProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("there is no shim for this machine: " + resource);
      }
      return new ShimProgram(SealedProgram.of("gantry-shim", in.readAllBytes()));
    }
  }

  /**
   * Runs the shim until it says how the start went.
   *
   * @param born told of the shim when it was started
   * @return what it says: {@code started PID TICKS NANOS} or {@code probed}
   * @throws SandboxException when a stage failed, with that stage; the shim has ended, or is about
   *     to, and its sandbox with it
   */
  String run(String command, Path directory, Consumer<ProcessId> born) throws SandboxException {
    try (Pipe status = Pipe.open()) {
      long pid = program.start(List.of(command, directory.toString()), status.writeEnd());
      status.writeEnd().close();
      ProcessId shim = ProcessId.of(pid).orElseThrow(); // even a zombie has a number until reaped
      born.accept(shim);
      return outcome(await(status, shim));
    } catch (LinuxException e) {
      throw new SandboxException("shim", e);
    }
  }

  /**
   * Starts the shim, and waits until it has done what can be done ahead.
   *
   * @param born told of the shim when it was started
   * @return the connection to tell it to {@link #go} on by; when it is closed instead, it ends
   * @throws SandboxException when a stage failed, with that stage
   */
  SocketPair warm(Path directory, Consumer<ProcessId> born) throws SandboxException {
    SocketPair socket = null;
    try {
      socket = SocketPair.open();
      long pid = program.start(List.of("warm", directory.toString()), socket.theirs());
      socket.theirs().close();
      born.accept(ProcessId.of(pid).orElseThrow());
      outcome(socket.readLine(STATUS_BYTES_MAX, PATIENCE));
      return socket;
    } catch (LinuxException | SandboxException e) {
      if (socket != null) {
        socket.close();
      }
      throw e instanceof SandboxException failure ? failure : new SandboxException("shim", e);
    }
  }

  /**
   * Lets a shim that stands ready go on, now that the specification is complete.
   *
   * @return {@code started PID TICKS NANOS}; empty when it was killed before it could say anything
   * @throws SandboxException when a stage failed, with that stage
   */
  static Optional<String> go(SocketPair socket) throws SandboxException {
    try {
      socket.send((byte) 'g');
      String status = socket.readLine(STATUS_BYTES_MAX, PATIENCE);
      return status.isEmpty() ? Optional.empty() : Optional.of(outcome(status));
    } catch (LinuxException e) {
      if (e.is(Errno.EPIPE)) {
        return Optional.empty();
      }
      throw new SandboxException("shim", e);
    }
  }

  private static String await(Pipe status, ProcessId shim) throws SandboxException {
    try {
      return status.readAll(STATUS_BYTES_MAX, PATIENCE).strip();
    } catch (LinuxException e) {
      try {
        shim.signal(SIGKILL);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw new SandboxException("shim", e);
    }
  }

  private static String outcome(String status) throws SandboxException {
    if (status.startsWith("failed ")) {
      ExitRecord.Failure failure = SandboxFiles.failure(status.substring("failed ".length()));
      throw new SandboxException(failure.stage(), failure.errno(), failure.detail());
    }
    if (status.isEmpty()) {
      throw new SandboxException("shim", Errno.ECANCELED.number(), "it was killed while starting");
    }
    return status;
  }

  @Override
  public void close() {
    program.close();
  }
}
