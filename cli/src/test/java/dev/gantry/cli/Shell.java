package dev.gantry.cli;

import dev.gantry.cli.platform.Gantry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The command as a user has it, in front of a service that answers what it was told to. */
final class Shell implements AutoCloseable {
  private final FakeService service = new FakeService();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  Shell() throws IOException {}

  FakeService service() {
    return service;
  }

  /** Words are separated by blanks. */
  int execute(String command) {
    return Main.commandLine(
            new Gantry(
                Path.of("."),
                Map.of(
                    "GANTRY_URL_RUN", service.url(),
                    "GANTRY_URL_IMAGE", service.url(),
                    "HOME_OF", "here"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(command.split(" "));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    service.close();
  }
}
