package dev.gantry.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A limit of each process of a run (setrlimit(2)).
 *
 * @param soft in the unit of the limit; {@link #UNLIMITED}
 * @param hard up to which a process may raise its soft one
 */
public record Ulimit(long soft, long hard) {
  /** No limit. */
  public static final long UNLIMITED = -1;

  /** What can be limited, as {@code docker run --ulimit} has it. */
  public static final List<String> NAMES =
      List.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  static Parsed<Map<String, Ulimit>> parseAll(Fields fields) {
    Map<String, Ulimit> limits = new LinkedHashMap<>();
    for (String name : NAMES) {
      JsonNode node = fields.node(name);
      Ulimit limit =
          node != null && node.isObject()
              ? fields.object(name, Ulimit::parse)
              : both(fields.wholeNumber(name, UNLIMITED));
      if (limit != null) {
        limits.put(name, limit);
      }
    }
    return fields.finish(() -> limits);
  }

  private static @Nullable Ulimit both(@Nullable Long limit) {
    return limit == null ? null : new Ulimit(limit, limit);
  }

  private static Parsed<Ulimit> parse(Fields fields) {
    Long soft = fields.wholeNumber("soft", UNLIMITED);
    Long hard = fields.wholeNumber("hard", UNLIMITED);
    if (soft == null && hard == null) {
      fields.refuse("", ReasonCode.MISSING_FIELD, "must have soft, hard or both");
    }
    long upper = hard != null ? hard : soft == null ? 0 : soft;
    long lower = soft != null ? soft : upper;
    if (Long.compareUnsigned(lower, upper) > 0) {
      fields.refuse("soft", ReasonCode.INVALID_FIELD, "must not be more than hard");
    }
    return fields.finish(() -> new Ulimit(lower, upper));
  }
}
