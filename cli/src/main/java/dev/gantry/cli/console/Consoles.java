package dev.gantry.cli.console;

import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.platform.Gantry;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Connects this terminal, or whatever input and output are, with processes in containers. */
public final class Consoles {
  private static final int BUFFER_BYTES = 16 << 10;
  private static final int RESIZE_MILLIS = 200;

  private final Gantry gantry;

  /** Of this platform. */
  public Consoles(Gantry gantry) {
    this.gantry = gantry;
  }

  /**
   * How to connect.
   *
   * @param stdin whether what is typed here goes to the process
   * @param tty whether it has a terminal: then this one passes on everything as it is
   * @param detachKeys whether Ctrl-P Ctrl-Q leaves
   */
  record Manner(boolean stdin, boolean tty, boolean detachKeys) {}

  /**
   * Attaches to a container's process, showing what it has printed so far.
   *
   * @return its exit code; empty when the keys to leave were pressed
   * @throws ApiException 409 when it does not run
   */
  public OptionalInt attach(String run, boolean stdin, boolean tty)
      throws IOException, InterruptedException {
    String path = "/v1/runs/%s/attach?replay=true&stdin=%s".formatted(Api.encode(run), stdin);
    return talk(path, new Manner(stdin, tty, true));
  }

  /** Executes a command in a container; its exit code. */
  int exec(String run, List<String> query, boolean stdin, boolean tty)
      throws IOException, InterruptedException {
    String path =
        "/v1/runs/%s/exec?stdin=%s&tty=%s&%s"
            .formatted(Api.encode(run), stdin, tty, String.join("&", query));
    return talk(path, new Manner(stdin, tty, false)).orElseThrow();
  }

  private OptionalInt talk(String path, Manner manner) throws IOException, InterruptedException {
    Optional<Terminal> terminal = manner.tty ? Terminal.of(0) : Optional.empty();
    if (manner.tty && manner.stdin && terminal.isEmpty()) {
      throw new ApiException(0, "the input is not a terminal: leave out -t");
    }
    try (Conversation talk = Conversation.open(gantry.runs(), path, gantry.out(), gantry.err())) {
      if (terminal.isEmpty()) {
        return serve(talk, manner);
      }
      return serveTerminal(talk, manner, terminal.get());
    }
  }

  private OptionalInt serveTerminal(Conversation talk, Manner manner, Terminal terminal)
      throws IOException, InterruptedException {
    start("console-size", () -> followSize(talk, terminal));
    try (Terminal.Raw raw = terminal.raw()) {
      Thread restore = new Thread(raw::close);
      Runtime.getRuntime().addShutdownHook(restore);
      OptionalInt exit = serve(talk, manner);
      Runtime.getRuntime().removeShutdownHook(restore);
      return exit;
    }
  }

  private OptionalInt serve(Conversation talk, Manner manner)
      throws IOException, InterruptedException {
    DetachKeys keys = new DetachKeys();
    if (manner.stdin) {
      Runnable pass =
          manner.tty && manner.detachKeys ? () -> passKeys(talk, keys) : () -> pass(talk);
      start("console-input", pass);
    }
    int exit = talk.await();
    return keys.pressed() ? OptionalInt.empty() : OptionalInt.of(exit);
  }

  private static void start(String name, Runnable task) {
    Thread.ofPlatform().daemon().name(name).start(task);
  }

  /** Never closed: whoever restores the terminal needs it after the last key, too. */
  private static InputStream input() {
    return new FileInputStream(FileDescriptor.in);
  }

  private static void pass(Conversation talk) {
    byte[] buffer = new byte[BUFFER_BYTES];
    InputStream in = input();
    try {
      for (int n; (n = in.read(buffer)) >= 0; ) {
        talk.input(buffer, n);
      }
      talk.endInput();
    } catch (IOException e) {
      // The process takes no more; how it ends is told otherwise.
    }
  }

  private static void passKeys(Conversation talk, DetachKeys keys) {
    byte[] buffer = new byte[BUFFER_BYTES];
    InputStream in = input();
    try {
      for (int n; !keys.pressed() && (n = in.read(buffer)) >= 0; ) {
        byte[] typed = keys.filter(buffer, n);
        talk.input(typed, typed.length);
      }
      if (keys.pressed()) {
        talk.exit().complete(0);
      } else {
        talk.endInput();
      }
    } catch (IOException e) {
      // As above.
    }
  }

  /** The size is looked at now and then: Java has no signal for its change. */
  private static void followSize(Conversation talk, Terminal terminal) {
    Terminal.Size told = new Terminal.Size(-1, -1);
    try {
      while (!talk.exit().isDone()) {
        Terminal.Size size = terminal.size();
        if (!size.equals(told)) {
          talk.resize(size.rows(), size.columns());
          told = size;
        }
        Thread.sleep(RESIZE_MILLIS);
      }
    } catch (LinuxException e) {
      // No terminal any more: it keeps its last size.
    } catch (IOException e) {
      // The conversation is over.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
