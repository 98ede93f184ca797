package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What steps may use. Of secrets an event knows the ids alone.
 *
 * @param network of RUN where the Dockerfile says nothing: {@code default}, {@code none} or {@code
 *     host}
 * @param extraHosts names that RUN finds in its hosts file, with their addresses
 * @param secrets ids of what RUN can mount as secrets
 * @param ssh ids of what RUN can mount as agents
 */
public record BuildExecution(
    @Nullable String network,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> extraHosts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> secrets,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> ssh,
    @Nullable BuildLimits limits) {
  /** Nothing said. */
  public static final BuildExecution UNSAID =
      new BuildExecution(null, Map.of(), List.of(), List.of(), null);

  private static final Set<String> NETWORKS = Set.of("default", "none", "host");
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

  /** Takes copies of lists and maps. */
  public BuildExecution {
    extraHosts = Collections.unmodifiableMap(new LinkedHashMap<>(extraHosts));
    secrets = List.copyOf(secrets);
    ssh = List.copyOf(ssh);
  }

  static BuildExecution read(Fields fields) {
    return new BuildExecution(
        fields.parsed("network", BuildExecution::network),
        fields.labels("extraHosts"),
        BuildCache.orEmpty(fields.parsedList("secrets", BuildExecution::id)),
        BuildCache.orEmpty(fields.parsedList("ssh", BuildExecution::id)),
        fields.object("limits", BuildLimits::parse));
  }

  /** Whether a text can be the id of a secret: also what becomes of it in file names. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  private static Parsed<String> id(String text) {
    return isId(text)
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not an id: letters, digits, _, . and -");
  }

  private static Parsed<String> network(String text) {
    return NETWORKS.contains(text)
        ? new Parsed.Valid<>(text)
        : Parsed.invalid("must be default, none or host, not " + Text.quoted(text));
  }

  /** The limits, where nothing is said none. */
  public BuildLimits limitsOrUnsaid() {
    return limits == null ? BuildLimits.UNSAID : limits;
  }
}
