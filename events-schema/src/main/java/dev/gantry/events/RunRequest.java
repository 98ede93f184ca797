package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of runs. A {@code run} is an id, an unambiguous beginning of one, or a name.
 */
public sealed interface RunRequest extends Event {

  /** Run a container. The run's id follows from source and id of the CloudEvent. */
  record Requested(@JsonValue RunSpec spec) implements RunRequest {}

  /**
   * Stop a run: signal, wait, kill. It is not started again.
   *
   * @param graceSeconds between signal and kill; absent: as the run's own request says
   * @param signal as {@code docker stop --signal}; absent: as the run's request or its image says
   */
  record StopRequested(String run, @Nullable Integer graceSeconds, @Nullable Signal signal)
      implements RunRequest {
    /** Reads what somebody sent. */
    public static Parsed<StopRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      StopRequested request =
          new StopRequested(
              named(fields),
              fields.integer("graceSeconds", 0, StopSettings.GRACE_SECONDS_MAX),
              fields.parsed("signal", Signal::parse));
      return fields.finish(() -> request);
    }
  }

  /**
   * Remove a run with all that it left on its host.
   *
   * @param force kill it first when it is running; otherwise a running one is left alone
   * @param volumes its anonymous volumes go with it; those that have names stay always
   */
  record RemoveRequested(String run, boolean force, boolean volumes) implements RunRequest {
    /** Reads what somebody sent. */
    public static Parsed<RemoveRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      RemoveRequested request =
          new RemoveRequested(named(fields), fields.flag("force"), fields.flag("volumes"));
      return fields.finish(() -> request);
    }
  }

  /**
   * Send a signal to the run's process. KILL, or the signal that it is stopped by, means that it
   * shall be over: its policy does not start it again then. After any other, the policy decides.
   *
   * @param signal absent: KILL
   */
  record KillRequested(String run, @Nullable Signal signal) implements RunRequest {
    /** Reads what somebody sent. */
    public static Parsed<KillRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      KillRequested request =
          new KillRequested(named(fields), fields.parsed("signal", Signal::parse));
      return fields.finish(() -> request);
    }
  }

  /** Hold all processes of a run. */
  record PauseRequested(String run) implements RunRequest {
    /** Reads what somebody sent. */
    public static Parsed<PauseRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      PauseRequested request = new PauseRequested(named(fields));
      return fields.finish(() -> request);
    }
  }

  /** Let a paused run go on. */
  record UnpauseRequested(String run) implements RunRequest {
    /** Reads what somebody sent. */
    public static Parsed<UnpauseRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      UnpauseRequested request = new UnpauseRequested(named(fields));
      return fields.finish(() -> request);
    }
  }

  /**
   * Stop a run and start it again, in place.
   *
   * @param graceSeconds between stop signal and kill; absent: as the run's own request says
   */
  record RestartRequested(String run, @Nullable Integer graceSeconds) implements RunRequest {
    /** Reads what somebody sent. */
    public static Parsed<RestartRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      RestartRequested request =
          new RestartRequested(
              named(fields), fields.integer("graceSeconds", 0, StopSettings.GRACE_SECONDS_MAX));
      return fields.finish(() -> request);
    }
  }

  /**
   * Change the limits of a run that lives. What is absent stays as it is.
   *
   * @param resources memory, cpu, io, pids; the rest is fixed
   * @param restart absent: as it is
   */
  record UpdateRequested(String run, Resources resources, @Nullable RestartPolicy restart)
      implements RunRequest {
    /** Reads what somebody sent. */
    public static Parsed<UpdateRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      Resources resources = fields.object("resources", Resources::parseChange);
      RestartPolicy restart = fields.parsed("restart", RestartPolicy::parse);
      String run = named(fields);
      if (resources == null && restart == null) {
        fields.refuse("resources", ReasonCode.MISSING_FIELD, "or restart is required");
      }
      return fields.finish(
          () ->
              new UpdateRequested(
                  run, resources == null ? Resources.UNLIMITED : resources, restart));
    }
  }

  private static String named(Fields fields) {
    return fields.required(
        "run",
        text -> text.isEmpty() ? Parsed.invalid("must name a run") : new Parsed.Valid<>(text),
        "");
  }
}
