package dev.gantry.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A run as the run-service shows it.
 *
 * @param json the whole document
 */
public record RunView(JsonNode json) {
  private static final int SHORT_ID = 12;
  private static final List<String> OVER =
      List.of("exited", "stopped", "removed", "rejected", "lost");

  /** The whole id. */
  public String id() {
    return json.path("id").asText();
  }

  /** What people see of the id. */
  public String shortId() {
    return id().length() > SHORT_ID ? id().substring(0, SHORT_ID) : id();
  }

  /** The state's name. */
  public String state() {
    return json.path("state").asText();
  }

  /** Whether nothing of it runs any more, or ever will. */
  public boolean isOver() {
    return OVER.contains(state());
  }

  /** Whether its processes are held. */
  public boolean isPaused() {
    return json.path("paused").asBoolean();
  }

  /** Whether it runs, in a process that is not that of the other. */
  public boolean isStartedAfter(RunView other) {
    return state().equals("running")
        && !json.path("startedAt").equals(other.json.path("startedAt"));
  }

  /** Whether its process was started. */
  public boolean hasStarted() {
    return json.has("startedAt") || json.has("exit");
  }

  /** What its process returned; 125 when it never ran, as docker has it. */
  public int exitCode() {
    return json.path("exit").path("code").asInt(125);
  }

  /** The state with what makes it interesting. */
  public String stateText() {
    JsonNode exit = json.path("exit");
    if (exit.isMissingNode() || exit.isNull()) {
      return state().equals("rejected") ? "rejected: " + reason() : liveText();
    }
    String text = state() + " (" + exit.path("code").asText() + ")";
    return exit.path("oomKilled").asBoolean() ? text + ", out of memory" : text;
  }

  private String liveText() {
    String health = json.path("health").path("status").asText("none");
    int restarts = json.path("restarts").asInt();
    List<String> notes = new ArrayList<>();
    if (isPaused()) {
      notes.add("paused");
    }
    if (state().equals("running") && !health.equals("none")) {
      notes.add(health.equals("starting") ? "health: starting" : health);
    }
    if (restarts > 0) {
      notes.add("restarts: " + restarts);
    }
    return notes.isEmpty() ? state() : state() + " (" + String.join(", ", notes) + ")";
  }

  /** Why it was rejected or lost. */
  public String reason() {
    JsonNode error = json.has("error") ? json.path("error") : json.path("rejection");
    String reason = error.path("reason").asText("");
    String message = error.path("message").asText("");
    return message.isEmpty() ? reason : message + " (" + reason + ")";
  }

  /** The published ports: {@code 127.0.0.1:32768->8080/tcp}. */
  public String ports() {
    List<String> texts = new ArrayList<>();
    for (JsonNode port : json.path("ports")) {
      texts.add(
          port.path("hostIp").asText()
              + ":"
              + port.path("hostPort").asText()
              + "->"
              + port.path("containerPort").asText()
              + "/"
              + port.path("protocol").asText("tcp"));
    }
    return String.join(", ", texts);
  }
}
