package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to run: the data of {@code dev.gantry.run.requested.v1} and the body of {@code POST
 * /v1/runs}. Only {@link #parse} makes one from what others sent, so that the bus, HTTP and the
 * command line refuse the same things in the same words. In JSON all fields of process, networking,
 * security and stopping are fields of the request itself.
 *
 * @param image as in {@code docker run}; without a registry, the platform's own
 * @param name unique among the runs that are not removed
 * @param healthcheck absent: the image's
 */
public record RunSpec(
    String image,
    PullPolicy pullPolicy,
    @Nullable String name,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
    @JsonUnwrapped ProcessSettings process,
    Resources resources,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Mount> mounts,
    @JsonUnwrapped NetworkSettings networking,
    @JsonUnwrapped SecuritySettings security,
    RestartPolicy restart,
    @Nullable HealthCheck healthcheck,
    @JsonUnwrapped StopSettings stopping) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");

  /** Takes copies of lists and maps. */
  public RunSpec {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    mounts = List.copyOf(mounts);
  }

  /** Reads what somebody sent; the first bad field is named, unknown ones too. */
  public static Parsed<RunSpec> parse(JsonNode json) {
    Fields fields = new Fields(json);
    RunSpec spec =
        new RunSpec(
            fields.required("image", ImageName::parse, ""),
            orElse(fields.parsed("pullPolicy", PullPolicy::parse), PullPolicy.NEWER),
            fields.text("name", NAME, "1 to 63 letters, digits, _ . -, a letter or digit first"),
            fields.labels("labels"),
            ProcessSettings.read(fields),
            orElse(fields.object("resources", Resources::parse), Resources.UNLIMITED),
            Mount.read(fields),
            NetworkSettings.read(fields),
            SecuritySettings.read(fields),
            orElse(fields.parsed("restart", RestartPolicy::parse), RestartPolicy.NO),
            fields.object("healthcheck", HealthCheck::parse),
            StopSettings.read(fields));
    spec.check(fields);
    return fields.finish(() -> spec);
  }

  /** The form that {@link #parse} reads. */
  public JsonNode toJson() {
    return EventJson.tree(this);
  }

  private void check(Fields fields) {
    if (stopping.removeOnExit() && !restart.equals(RestartPolicy.NO)) {
      fields.refuse("restart", ReasonCode.INVALID_FIELD, "and removeOnExit exclude each other");
    }
    String sysctl = security.networkSysctl();
    if (sysctl != null && networking.connection() instanceof Connection.Host) {
      fields.refuse(
          "sysctls." + sysctl,
          ReasonCode.INVALID_FIELD,
          "would change the host's own, since network is host");
    }
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
