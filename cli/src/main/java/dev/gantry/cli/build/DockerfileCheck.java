package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Api;
import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code --check}: asks what the service thinks of a Dockerfile, and builds nothing. */
record DockerfileCheck(Builds builds, Gantry gantry) {

  /** Prints what was found; 0 where the Dockerfile can be built, else 1. */
  int run(BuildInput input, ObjectNode request, boolean json)
      throws IOException, InterruptedException {
    if (input.context().contains("://")) {
      throw new ApiException(0, "a Dockerfile that is checked must be on this machine");
    }
    String name = input.file().isEmpty() || input.file().equals("-") ? "Dockerfile" : input.file();
    List<String> query = new ArrayList<>(List.of("name=" + Api.encode(name)));
    if (request.has("target")) {
      query.add("target=" + Api.encode(request.path("target").asText()));
    }
    request
        .path("buildArgs")
        .properties()
        .forEach(
            arg ->
                query.add("buildArg=" + Api.encode(arg.getKey() + "=" + arg.getValue().asText())));
    JsonNode answer = builds.check(input.dockerfileText(), "?" + String.join("&", query));
    boolean valid = answer.path("valid").asBoolean();
    if (json) {
      gantry.out().println(answer.toPrettyString());
    } else {
      answer.path("errors").forEach(error -> print(name, error, "error"));
      answer.path("warnings").forEach(warning -> print(name, warning, "warning"));
      if (valid) {
        int stages = answer.path("dockerfile").path("stages").size();
        gantry
            .out()
            .println(name + " can be built, " + stages + (stages == 1 ? " stage" : " stages"));
      }
    }
    return valid ? 0 : 1;
  }

  private void print(String name, JsonNode found, String what) {
    StringBuilder text = new StringBuilder(what);
    text.append(": ").append(name).append(':').append(found.path("line").asInt());
    text.append(':').append(found.path("column").asInt());
    text.append(": ").append(found.path("message").asText());
    for (String more : List.of("hint", "rule")) {
      if (!found.path(more).asText("").isEmpty()) {
        text.append(" (").append(found.path(more).asText()).append(')');
      }
    }
    gantry.out().println(BuildView.printable(text.toString()));
    String source = found.path("source").asText("");
    if (!source.isBlank()) {
      gantry.out().println(BuildView.printable("  " + found.path("line").asInt() + " | " + source));
    }
  }
}
