package dev.gantry.dashboard.view;

import static dev.gantry.dashboard.view.Views.JSON;
import static dev.gantry.dashboard.view.Views.STATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.Health;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run, as {@code GET /v1/runs} of the run service shows it. */
final class RunView {
  private static final String HEALTH = "health";
  private static final String PAUSED = "paused";

  private RunView() {}

  private record Exit(
      @Nullable Integer code,
      @Nullable Integer signal,
      boolean oomKilled,
      ReasonCode reason,
      @Nullable String message) {}

  private record Refusal(ReasonCode reason, @Nullable String message, @Nullable String field) {}

  static void fold(ObjectNode run, String id, RunEvent event, Instant time) {
    run.put("id", id);
    if (!run.has("createdAt")) {
      run.put("createdAt", time.toString());
    }
    about(run, event.about());
    switch (event) {
      case RunEvent.Accepted e -> {
        run.put(STATE, "accepted");
        run.set("labels", JSON.valueToTree(e.labels()));
      }
      case RunEvent.Placed _ -> run.put(STATE, "placed");
      case RunEvent.Pulling _ -> run.put(STATE, "pulling");
      case RunEvent.Created e -> {
        run.put(STATE, "created");
        network(run, e.address(), e.ports());
      }
      case RunEvent.Started e -> started(run, e);
      case RunEvent.OomKilled _ -> run.put("oomKilled", true);
      case RunEvent.Healthy _ -> run.putObject(HEALTH).put("status", Health.HEALTHY.toString());
      case RunEvent.Unhealthy e -> unhealthy(run, e);
      case RunEvent.Paused _ -> run.put(PAUSED, true);
      case RunEvent.Unpaused _ -> run.put(PAUSED, false);
      case RunEvent.Updated e -> {
        run.set("resources", JSON.valueToTree(e.resources()));
        run.put("restart", e.restart().toString());
      }
      case RunEvent.Restarting e -> restarting(run, e);
      case RunEvent.Exited e -> exited(run, e);
      case RunEvent.Stopped e -> run.put(STATE, "stopped").put("forced", e.forced());
      case RunEvent.Removed _ -> run.put(STATE, "removed");
      case RunEvent.Rejected e ->
          failed(run, "rejected", new Refusal(e.reason(), e.message(), e.field()));
      case RunEvent.Lost e -> failed(run, "lost", new Refusal(e.reason(), e.message(), null));
    }
  }

  private static void unhealthy(ObjectNode run, RunEvent.Unhealthy event) {
    run.putObject(HEALTH)
        .put("status", Health.UNHEALTHY.toString())
        .put("failures", event.failures())
        .put("output", event.output());
  }

  private static void failed(ObjectNode run, String state, Refusal refusal) {
    run.put(STATE, state);
    run.set("error", JSON.valueToTree(refusal));
  }

  private static void started(ObjectNode run, RunEvent.Started event) {
    run.put(STATE, "running")
        .put("pid", event.pid())
        .put("startedAt", event.startedAt().toString())
        .put(PAUSED, false)
        .remove("nextStartAt");
    if (event.health() != null) {
      run.putObject(HEALTH).put("status", event.health().toString());
    }
    network(run, event.address(), event.ports());
  }

  /** What is known of the process that ended goes with it; the run is there still. */
  private static void restarting(ObjectNode run, RunEvent.Restarting event) {
    run.put(STATE, "restarting")
        .put("restarts", event.restarts())
        .put("nextStartAt", event.exitedAt().plusMillis(event.delayMillis()).toString());
    forgetProcess(run);
    run.set(
        "lastExit",
        JSON.valueToTree(
            new Exit(
                event.code(), event.signal(), event.oomKilled(), event.reason(), event.message())));
  }

  private static void forgetProcess(ObjectNode run) {
    run.remove(List.of(HEALTH, PAUSED));
  }

  private static void about(ObjectNode run, RunEvent.About about) {
    run.put("host", about.host());
    if (about.name() != null) {
      run.put("name", about.name());
    }
    if (about.image() != null) {
      run.set("image", JSON.valueToTree(about.image()));
    }
  }

  private static void network(ObjectNode run, @Nullable String address, List<RunEvent.Port> ports) {
    if (address != null) {
      run.put("address", address);
    }
    run.set("ports", JSON.valueToTree(ports));
  }

  private static void exited(ObjectNode run, RunEvent.Exited event) {
    forgetProcess(run);
    run.put(STATE, "exited").put("exitedAt", event.exitedAt().toString());
    run.set(
        "exit",
        JSON.valueToTree(
            new Exit(
                event.code(), event.signal(), event.oomKilled(), event.reason(), event.message())));
  }
}
