package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the image is like.
 *
 * @param compression of new layers: {@code gzip} or {@code zstd}; absent: gzip
 * @param annotations of the manifest
 * @param epochSeconds no time in the image is later than this (SOURCE_DATE_EPOCH); absent: what the
 *     build arg of that name says
 * @param credentials what the build host calls those to show other registries that images are
 *     pushed to; never the credentials themselves
 */
public record BuildOutput(
    @Nullable String compression,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> annotations,
    @JsonProperty("sourceDateEpoch") @Nullable Long epochSeconds,
    @Nullable String credentials) {
  /** Nothing said. */
  public static final BuildOutput UNSAID = new BuildOutput(null, Map.of(), null, null);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Set<String> COMPRESSIONS = Set.of("gzip", "zstd");

  /** Takes a copy of the map. */
  public BuildOutput {
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  static BuildOutput read(Fields fields) {
    return new BuildOutput(
        fields.parsed("compression", BuildOutput::compression),
        fields.labels("annotations"),
        fields.wholeNumber("sourceDateEpoch", 0),
        fields.text("credentials", NAME, "a name of credentials"));
  }

  private static Parsed<String> compression(String text) {
    return COMPRESSIONS.contains(text)
        ? new Parsed.Valid<>(text)
        : Parsed.invalid("must be gzip or zstd, not " + Text.quoted(text));
  }
}
