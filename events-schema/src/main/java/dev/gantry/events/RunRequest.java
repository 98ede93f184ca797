package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What can be asked of runs. */
public sealed interface RunRequest extends Event {

  /** Run a container. The run's id follows from source and id of the CloudEvent. */
  record Requested(@JsonValue RunSpec spec) implements RunRequest {}

  /**
   * Stop a run: signal, wait, kill.
   *
   * @param run id or name
   * @param graceSeconds between signal and kill; absent: as the run's own request says
   * @param signal as {@code docker stop --signal}; absent: as the run's request or its image says
   */
  record StopRequested(String run, @Nullable Integer graceSeconds, @Nullable Signal signal)
      implements RunRequest {
    static Parsed<StopRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      StopRequested request =
          new StopRequested(
              fields.required("run", RunRequest::name, ""),
              fields.integer("graceSeconds", 0, RunSpec.STOP_GRACE_SECONDS_MAX),
              fields.parsed("signal", Signal::parse));
      return fields.finish(() -> request);
    }
  }

  /**
   * Remove a run with all that it left on its host.
   *
   * @param run id or name
   * @param force kill it first when it is running; otherwise a running one is left alone
   */
  record RemoveRequested(String run, boolean force) implements RunRequest {
    static Parsed<RemoveRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      RemoveRequested request =
          new RemoveRequested(fields.required("run", RunRequest::name, ""), fields.flag("force"));
      return fields.finish(() -> request);
    }
  }

  private static Parsed<String> name(String text) {
    return text.isEmpty() ? Parsed.invalid("must name a run") : new Parsed.Valid<>(text);
  }
}
