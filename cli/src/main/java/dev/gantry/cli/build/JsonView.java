package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;

/** Every line as the service sends it, a JSON document each: for programs. */
record JsonView(PrintStream out) implements BuildView {
  @Override
  public void line(JsonNode line) {
    out.println(line);
  }

  @Override
  public void close() {
    out.flush();
  }
}
