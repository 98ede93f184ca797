package dev.gantry.build.request;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body of {@code multipart/form-data} (RFC 7578) part by part as it arrives, so that a
 * context of any size is never in memory and a secret never on disk. Not thread-safe.
 */
final class MultipartReader {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int HEADER_BYTES_MAX = 16 * 1024;
  private static final int BOUNDARY_LENGTH_MAX = 70;
  private static final Pattern BOUNDARY =
      Pattern.compile("boundary=(?:\"([^\"]+)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME =
      Pattern.compile("(?:^|[;\\s])name=(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  private @Nullable PartStream part;

  /**
   * Begins with a body.
   *
   * @throws MalformedException when the media type names no boundary
   */
  MultipartReader(String mediaType, InputStream in) throws MalformedException {
    Matcher matcher = BOUNDARY.matcher(mediaType);
    if (!matcher.find()) {
      throw new MalformedException("the Content-Type names no boundary");
    }
    String boundary = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    if (boundary.length() > BOUNDARY_LENGTH_MAX) {
      throw new MalformedException("the boundary is too long");
    }
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    // The first boundary has nothing before it that must be there.
    buffer[0] = '\r';
    buffer[1] = '\n';
    this.end = 2;
    this.part = new PartStream();
  }

  /** A body that is no form. */
  static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /**
   * A part.
   *
   * @param body to read before the next part is asked for
   */
  record Part(String name, InputStream body) {}

  /**
   * The next part; what was not read of the one before is skipped. Empty behind the last.
   *
   * @throws MalformedException when this is no form
   */
  Optional<Part> next() throws IOException {
    if (part == null) {
      return Optional.empty();
    }
    part.transferTo(OutputStream.nullOutputStream());
    String rest = line();
    if (rest.startsWith("--")) {
      part = null;
      return Optional.empty();
    }
    if (!rest.isBlank()) {
      throw new MalformedException("a boundary is followed by something else");
    }
    String disposition = headers().getOrDefault("content-disposition", "");
    Matcher name = NAME.matcher(disposition);
    if (!name.find()) {
      throw new MalformedException("a part has no name");
    }
    part = new PartStream();
    return Optional.of(new Part(name.group(1) == null ? name.group(2) : name.group(1), part));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new TreeMap<>();
    int bytes = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      bytes += line.length();
      int colon = line.indexOf(':');
      if (bytes > HEADER_BYTES_MAX || colon < 1) {
        throw new MalformedException("a part's header is no header");
      }
      headers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
    return headers;
  }

  /** A line without its end; only between parts. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (at == end && !fill()) {
        throw new EOFException("the form ends within a part's header");
      }
      char c = (char) (buffer[at++] & 0xff);
      if (c == '\n') {
        int length = line.length();
        boolean crlf = length > 0 && line.charAt(length - 1) == '\r';
        String text = crlf ? line.substring(0, length - 1) : line.toString();
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
      if (line.length() > HEADER_BYTES_MAX) {
        throw new MalformedException("a part's header is too long");
      }
      line.append(c);
    }
  }

  /** Reads more behind what is there; false at the end of the body. */
  private boolean fill() throws IOException {
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      end -= at;
      at = 0;
    }
    int count = in.read(buffer, end, buffer.length - end);
    end += Math.max(count, 0);
    return count > 0;
  }

  /** Up to the next boundary. */
  private final class PartStream extends InputStream {
    private boolean over;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (!over) {
        int plain = plain();
        if (plain > 0) {
          int count = Math.min(plain, length);
          System.arraycopy(buffer, at, bytes, offset, count);
          at += count;
          return count;
        }
        if (!over && !fill()) {
          throw new EOFException("the form ends within a part");
        }
      }
      return -1;
    }

    /** How many bytes are surely the part's own; at a boundary the part is over. */
    private int plain() {
      for (int i = at; i < end; i++) {
        int matched = matched(i);
        if (matched == delimiter.length) {
          if (i == at) {
            at += matched;
            over = true;
          }
          return i - (over ? i : at);
        }
        if (i + matched == end) {
          return i - at; // it may be the beginning of a boundary
        }
      }
      return end - at;
    }

    private int matched(int from) {
      int i = 0;
      while (i < delimiter.length && from + i < end && buffer[from + i] == delimiter[i]) {
        i++;
      }
      return i;
    }
  }
}
