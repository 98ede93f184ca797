package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the image is like, and who may put it into other registries.
 *
 * @param compression of new layers: {@code gzip} or {@code zstd}; absent: gzip
 * @param annotations of the manifest
 * @param epochSeconds no time in the image is later than this (SOURCE_DATE_EPOCH); absent: what the
 *     build arg of that name says
 * @param credentials by registry, {@code host[:port]}: the id of a secret of this build, or the
 *     name of credentials that the service has; never the credentials themselves
 */
public record BuildOutput(
    @Nullable String compression,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> annotations,
    @JsonProperty("sourceDateEpoch") @Nullable Long epochSeconds,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> credentials) {
  /** Nothing said. */
  public static final BuildOutput UNSAID = new BuildOutput(null, Map.of(), null, Map.of());

  private static final Set<String> COMPRESSIONS = Set.of("gzip", "zstd");

  /** Takes copies of the maps. */
  public BuildOutput {
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    credentials = Collections.unmodifiableMap(new LinkedHashMap<>(credentials));
  }

  static BuildOutput read(Fields fields) {
    return new BuildOutput(
        fields.parsed("compression", BuildOutput::compression),
        fields.labels("annotations"),
        fields.wholeNumber("sourceDateEpoch", 0),
        fields.labels("credentials"));
  }

  private static Parsed<String> compression(String text) {
    return COMPRESSIONS.contains(text)
        ? new Parsed.Valid<>(text)
        : Parsed.invalid("must be gzip or zstd, not " + Text.quoted(text));
  }
}
