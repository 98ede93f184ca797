package dev.gantry.run.health;

import dev.gantry.isolation.console.Exec;
import dev.gantry.isolation.console.ExecSpec;
import dev.gantry.isolation.console.OutputPiece;
import dev.gantry.isolation.sandbox.Sandbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A command in the run: well when it ends with 0. It dies with the run, and when it is too slow.
 */
final class CommandProbe implements Probe {
  private final Sandbox sandbox;
  private final List<String> command;
  private volatile @Nullable Exec running;
  private volatile boolean closed;

  CommandProbe(Sandbox sandbox, List<String> command) {
    this.sandbox = sandbox;
    this.command = List.copyOf(command);
  }

  @Override
  public Finding look(Duration timeout) throws IOException, InterruptedException {
    try (Exec exec = sandbox.exec(ExecSpec.of(command))) {
      running = exec;
      Output output = new Output();
      Thread reader = Thread.startVirtualThread(() -> output.take(exec));
      try {
        int code = closed ? -1 : exec.exit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        reader.join(Duration.ofSeconds(1));
        return new Finding(code == 0, output.text());
      } catch (TimeoutException _) {
        return new Finding(
            false, "no end within %d ms. %s".formatted(timeout.toMillis(), output.text()).strip());
      } catch (ExecutionException e) {
        throw new IOException("the probe broke off: " + e.getCause(), e);
      }
    } finally {
      running = null;
    }
  }

  @Override
  public void close() {
    closed = true;
    Exec exec = running;
    if (exec != null) {
      exec.close();
    }
  }

  /** The end of what a command says; the rest is read and dropped, so that nobody waits for us. */
  private static final class Output {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    void take(Exec exec) {
      try {
        for (Optional<OutputPiece> piece = exec.next(); piece.isPresent(); piece = exec.next()) {
          add(piece.get().bytes());
        }
      } catch (IOException _) {
        // Closed: what was said until then is known.
      }
    }

    private synchronized void add(byte[] bytes) {
      said.writeBytes(bytes);
      if (said.size() > 2 * ProbeResult.OUTPUT_BYTES_MAX) {
        byte[] all = said.toByteArray();
        said.reset();
        said.write(all, all.length - ProbeResult.OUTPUT_BYTES_MAX, ProbeResult.OUTPUT_BYTES_MAX);
      }
    }

    synchronized String text() {
      return ProbeResult.text(said.toByteArray());
    }
  }
}
