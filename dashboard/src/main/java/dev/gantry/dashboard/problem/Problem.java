package dev.gantry.dashboard.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.events.ReasonCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with a request (RFC 9457).
 *
 * @param code stable, for programs
 * @param field the parameter to blame
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    ReasonCode code,
    @Nullable String field) {
  /** The media type of its JSON form. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** The problem of a reason, met by a request for {@code instance}. */
  public static Problem of(
      ReasonCode code, String detail, String instance, @Nullable String field) {
    String words = code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return new Problem(
        "https://gantry.dev/problems/" + code.kebab(),
        words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1),
        code.httpStatus(),
        detail,
        instance,
        code,
        field);
  }
}
