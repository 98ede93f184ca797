package dev.gantry.dashboard.view;

import static dev.gantry.dashboard.view.Views.JSON;
import static dev.gantry.dashboard.view.Views.STATE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.BuildEvent;
import java.time.Instant;

/** A build, as {@code GET /v1/builds} of the build service shows it. */
final class BuildView {
  private static final int STEPS_MAX = 1_000;

  private BuildView() {}

  static void fold(ObjectNode build, String id, BuildEvent event, Instant time) {
    build.put("id", id);
    if (!build.has("createdAt")) {
      build.put("createdAt", time.toString());
    }
    switch (event) {
      case BuildEvent.Queued e -> {
        build.put(STATE, "queued").put("dockerfile", e.dockerfile());
        build.set("tags", JSON.valueToTree(e.tags()));
      }
      case BuildEvent.Started e -> {
        build.put(STATE, "running").put("host", e.host()).put("attempt", e.attempt());
        build.put("startedAt", time.toString()).putArray("steps");
      }
      case BuildEvent.StepStarted e ->
          step(build, e.step())
              .put("total", e.total())
              .put("stage", e.stage())
              .put("instruction", e.instruction())
              .put(STATE, "running");
      case BuildEvent.StepFinished e -> finished(build, e);
      case BuildEvent.Succeeded e -> {
        end(build, "succeeded", time).put("imageDigest", e.imageDigest());
        build
            .put("sizeBytes", e.sizeBytes())
            .put("durationMillis", e.durationMillis())
            .put("stepsCached", e.stepsCached())
            .put("stepsTotal", e.stepsTotal());
        build.set("tags", JSON.valueToTree(e.tags()));
      }
      case BuildEvent.Failed e -> end(build, "failed", time).set("error", JSON.valueToTree(e));
      case BuildEvent.Cancelled e ->
          end(build, "cancelled", time).putObject("error").put("message", e.message());
    }
  }

  private static void finished(ObjectNode build, BuildEvent.StepFinished event) {
    ObjectNode step =
        step(build, event.step())
            .put("total", event.total())
            .put("stage", event.stage())
            .put("instruction", event.instruction())
            .put(STATE, "finished")
            .put("cached", event.cached())
            .put("durationMillis", event.durationMillis());
    if (event.cacheMiss() != null) {
      step.put("cacheMiss", event.cacheMiss());
    }
  }

  private static ObjectNode end(ObjectNode build, String state, Instant time) {
    return build.put(STATE, state).put("finishedAt", time.toString());
  }

  /** The step of that number; beyond a bound, one that is not kept. */
  private static ObjectNode step(ObjectNode build, int number) {
    ArrayNode steps = build.withArray("steps");
    for (JsonNode step : steps) {
      if (step.path("number").asInt() == number && step instanceof ObjectNode found) {
        return found;
      }
    }
    ObjectNode step = steps.size() < STEPS_MAX ? steps.addObject() : JSON.createObjectNode();
    return step.put("number", number);
  }
}
