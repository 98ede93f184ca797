package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;

/** What can be asked of builds. */
public sealed interface BuildRequest extends Event {

  /** Build an image. The build's id follows from source and id of the CloudEvent. */
  record Requested(@JsonValue BuildSpec spec) implements BuildRequest {}

  /** Cancel a build, queued or running; no effect on one that ended. */
  record CancelRequested(String build) implements BuildRequest {
    static Parsed<CancelRequested> parse(JsonNode data) {
      Fields fields = new Fields(data);
      CancelRequested request =
          new CancelRequested(fields.required("build", Parsed.Valid::new, ""));
      return fields.finish(() -> request);
    }
  }
}
