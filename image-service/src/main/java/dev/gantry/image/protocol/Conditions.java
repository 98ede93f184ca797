package dev.gantry.image.protocol;

import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client that reads knows of the content already. Source: RFC 9110 section 13; all entity
 * tags here are digests, and never change their content.
 */
public record Conditions(
    @Nullable String ifMatch, @Nullable String ifNoneMatch, @Nullable String ifRange) {
  /** What a request to read comes to. */
  public enum Verdict {
    /** The content is sent. */
    PROCEED,
    /** The client has it: 304. */
    NOT_MODIFIED,
    /** The client wanted another: 412. */
    FAILED
  }

  /** From the headers of a request, by name. */
  public static Conditions of(Function<String, @Nullable String> headers) {
    return new Conditions(
        headers.apply("If-Match"), headers.apply("If-None-Match"), headers.apply("If-Range"));
  }

  /** Compares with the entity tag, quotes included, of what would be sent. */
  public Verdict check(String etag) {
    if (ifMatch != null && !lists(ifMatch, etag, false)) {
      return Verdict.FAILED;
    }
    return ifNoneMatch != null && lists(ifNoneMatch, etag, true)
        ? Verdict.NOT_MODIFIED
        : Verdict.PROCEED;
  }

  /** Whether a range is a part of what the client has; the whole is sent when it is not. */
  public boolean rangeHolds(String etag) {
    return ifRange == null || ifRange.strip().equals(etag);
  }

  private static boolean lists(String header, String etag, boolean weakly) {
    return Stream.of(header.split(","))
        .map(String::strip)
        .map(tag -> weakly && tag.startsWith("W/") ? tag.substring(2) : tag)
        .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
  }
}
