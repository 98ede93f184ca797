package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
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
 * command line refuse the same things in the same words.
 *
 * @param image as in {@code docker run}; without a registry, the platform's own
 * @param name unique among the runs that are not removed
 * @param command in place of the image's CMD; absent: the image's
 * @param entrypoint in place of the image's ENTRYPOINT, whose CMD it drops
 * @param env added to the image's
 * @param publish ports of the host that lead to ports of the run
 * @param stopSignal in place of the image's
 * @param stopGraceSeconds between the stop signal and SIGKILL
 * @param removeOnExit as {@code docker run --rm}
 */
public record RunSpec(
    String image,
    @Nullable String name,
    @Nullable List<String> command,
    @Nullable List<String> entrypoint,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> env,
    @Nullable String workdir,
    @Nullable String user,
    @Nullable String hostname,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
    Resources resources,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PortMapping> publish,
    Network network,
    boolean readOnlyRootfs,
    @Nullable Signal stopSignal,
    int stopGraceSeconds,
    boolean removeOnExit) {
  /** Between the stop signal and SIGKILL when the request says nothing. */
  public static final int STOP_GRACE_SECONDS_DEFAULT = 10;

  static final int STOP_GRACE_SECONDS_MAX = 86_400;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");
  private static final Pattern HOSTNAME =
      Pattern.compile("(?=.{1,63}$)[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?");
  private static final Pattern ABSOLUTE = Pattern.compile("/[^\\p{Cntrl}]{0,4095}");
  private static final Pattern USER =
      Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63})?");

  /** How the run is connected. */
  public enum Network {
    @JsonProperty("default")
    DEFAULT,
    @JsonProperty("none")
    NONE
  }

  /** Takes copies of lists and maps. */
  public RunSpec {
    command = command == null ? null : List.copyOf(command);
    entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    publish = List.copyOf(publish);
  }

  /** Reads what somebody sent; the first bad field is named, unknown ones too. */
  public static Parsed<RunSpec> parse(JsonNode json) {
    Fields fields = new Fields(json);
    RunSpec spec =
        new RunSpec(
            fields.required("image", ImageName::parse, ""),
            fields.text("name", NAME, "1 to 63 letters, digits, _ . -, a letter or digit first"),
            fields.texts("command"),
            fields.texts("entrypoint"),
            fields.textMap("env"),
            fields.text("workdir", ABSOLUTE, "an absolute path"),
            fields.text("user", USER, "user or user:group, names or numbers"),
            fields.text("hostname", HOSTNAME, "a host name of 1 to 63 characters"),
            fields.labels("labels"),
            orElse(fields.object("resources", Resources::parse), Resources.UNLIMITED),
            orElse(fields.parsedList("publish", PortMapping::parse), List.of()),
            orElse(fields.parsed("network", RunSpec::parseNetwork), Network.DEFAULT),
            fields.flag("readOnlyRootfs"),
            fields.parsed("stopSignal", Signal::parse),
            orElse(
                fields.integer("stopGraceSeconds", 0, STOP_GRACE_SECONDS_MAX),
                STOP_GRACE_SECONDS_DEFAULT),
            fields.flag("removeOnExit"));
    if (spec.network == Network.NONE && !spec.publish.isEmpty()) {
      fields.refuse("publish", ReasonCode.INVALID_FIELD, "needs a network, and network is none");
    }
    return fields.finish(() -> spec);
  }

  /** The form that {@link #parse} reads. */
  public JsonNode toJson() {
    return EventJson.tree(this);
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static Parsed<Network> parseNetwork(String text) {
    return switch (text) {
      case "default" -> new Parsed.Valid<>(Network.DEFAULT);
      case "none" -> new Parsed.Valid<>(Network.NONE);
      default -> Parsed.invalid(Text.quoted(text) + " is not a network: default or none");
    };
  }
}
