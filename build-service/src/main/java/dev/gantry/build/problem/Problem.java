package dev.gantry.build.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.events.ReasonCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Problem details (RFC 9457).
 *
 * @param code the reason, as in events
 * @param field what is to blame
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
  static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPES = "https://gantry.dev/problems/";

  static Problem of(ReasonCode code, int status, String detail, String instance) {
    String words = code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String title = Character.toUpperCase(words.charAt(0)) + words.substring(1);
    return new Problem(TYPES + code.kebab(), title, status, detail, instance, code, null);
  }

  Problem withField(@Nullable String name) {
    return new Problem(type, title, status, detail, instance, code, name);
  }
}
