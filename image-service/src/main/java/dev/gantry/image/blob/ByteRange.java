package dev.gantry.image.blob;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which part of a blob a {@code Range} header asks for. Source: RFC 9110 section 14. */
public sealed interface ByteRange {
  /** The whole: no header, or another unit than bytes (which is to be ignored). */
  record Whole() implements ByteRange {}

  /**
   * A part that exists.
   *
   * @param offset the first byte
   * @param count how many bytes, at least one
   */
  record Part(long offset, long count) implements ByteRange {
    /** The header value {@code bytes first-last/size}. */
    public String contentRange(long size) {
      return "bytes " + offset + "-" + (offset + count - 1) + "/" + size;
    }
  }

  /** A range of bytes that this blob does not have, or several at once: 416. */
  record Unsatisfiable() implements ByteRange {}

  /** Reads a header for a blob of {@code size} bytes; an end past the blob's end is cut. */
  static ByteRange parse(@Nullable String header, long size) {
    if (header == null || !header.startsWith("bytes=")) {
      return new Whole();
    }
    Matcher matcher = Grammar.RANGE.matcher(header.substring("bytes=".length()).strip());
    if (!matcher.matches()) {
      return new Unsatisfiable();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      return last.isEmpty() ? new Unsatisfiable() : suffix(Long.parseLong(last), size);
    }
    long from = Long.parseLong(first);
    long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
    return from < size && from <= to ? new Part(from, to - from + 1) : new Unsatisfiable();
  }

  private static ByteRange suffix(long length, long size) {
    long count = Math.min(length, size);
    return count > 0 ? new Part(size - count, count) : new Unsatisfiable();
  }

  /** Eighteen digits always fit a long. */
  final class Grammar {
    private static final Pattern RANGE = Pattern.compile("([0-9]{0,18})-([0-9]{0,18})");

    private Grammar() {}
  }
}
