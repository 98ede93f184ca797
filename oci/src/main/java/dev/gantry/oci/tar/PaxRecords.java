package dev.gantry.oci.tar;

import dev.gantry.linux.file.FileName;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The records of an extended header (pax(1), pax Extended Header). */
final class PaxRecords {
  static final String XATTR = "SCHILY.xattr.";
  static final String SPARSE_MAP = "GNU.sparse.map";

  private static final long SECONDS_MAX = 1L << 40;

  private final Map<String, byte[]> records = new LinkedHashMap<>();
  private final StringBuilder sparsePairs = new StringBuilder();

  /** Adds the records of a header; later ones replace earlier ones. */
  void add(byte[] data) throws TarFormatException {
    int position = 0;
    while (position < data.length) {
      int space = position;
      while (space < data.length && data[space] >= '0' && data[space] <= '9') {
        space++;
      }
      int end = position + recordLength(data, position, space);
      if (space >= data.length || data[space] != ' ' || end > data.length || end <= space + 1) {
        throw malformed();
      }
      addRecord(data, space + 1, end);
      position = end;
    }
  }

  private static int recordLength(byte[] data, int start, int end) throws TarFormatException {
    if (end == start || end - start > 9) {
      throw malformed();
    }
    return Integer.parseInt(new String(data, start, end - start, StandardCharsets.US_ASCII));
  }

  private static TarFormatException malformed() {
    return new TarFormatException("an extended header is malformed");
  }

  private void addRecord(byte[] data, int start, int end) throws TarFormatException {
    int equals = start;
    while (equals < end && data[equals] != '=') {
      equals++;
    }
    if (equals == start || equals == end || data[end - 1] != '\n') {
      throw malformed();
    }
    String key = new String(data, start, equals - start, StandardCharsets.UTF_8);
    byte[] value = Arrays.copyOfRange(data, equals + 1, end - 1);
    if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      // Format 0.0 repeats these: as a map, they are format 0.1.
      sparsePairs.append(sparsePairs.isEmpty() ? "" : ",").append(ascii(value));
    } else if (value.length == 0 && !key.startsWith(XATTR)) {
      records.remove(key);
    } else {
      records.put(key, value);
    }
  }

  private static String ascii(byte[] value) {
    return new String(value, StandardCharsets.US_ASCII);
  }

  /** A file name; never with a NUL in it. */
  Optional<String> name(String key) throws TarFormatException {
    byte[] value = records.get(key);
    if (value == null) {
      return Optional.empty();
    }
    for (byte b : value) {
      if (b == 0) {
        throw new TarFormatException("a name in an extended header holds a NUL");
      }
    }
    return Optional.of(FileName.decode(value));
  }

  Optional<Long> number(String key) throws TarFormatException {
    byte[] value = records.get(key);
    return value == null ? Optional.empty() : Optional.of(decimal(ascii(value)));
  }

  static long decimal(String text) throws TarFormatException {
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new TarFormatException("not a number in an extended header");
    }
    return Long.parseLong(text);
  }

  Optional<Instant> time(String key) throws TarFormatException {
    byte[] value = records.get(key);
    if (value == null) {
      return Optional.empty();
    }
    String text = ascii(value);
    if (text.length() > 40 || !text.matches("-?[0-9]+(\\.[0-9]*)?")) {
      throw new TarFormatException("not a time in an extended header");
    }
    BigDecimal time = new BigDecimal(text.endsWith(".") ? text + "0" : text);
    BigDecimal seconds = time.setScale(0, java.math.RoundingMode.FLOOR);
    if (seconds.abs().compareTo(BigDecimal.valueOf(SECONDS_MAX)) > 0) {
      throw new TarFormatException("a time in an extended header is out of range");
    }
    long nanos = time.subtract(seconds).movePointRight(9).longValue();
    return Optional.of(Instant.ofEpochSecond(seconds.longValueExact(), nanos));
  }

  /** The map of sparse formats 0.0 and 0.1. */
  Optional<String> sparseMap() {
    byte[] value = records.get(SPARSE_MAP);
    if (value != null) {
      return Optional.of(ascii(value));
    }
    return sparsePairs.isEmpty() ? Optional.empty() : Optional.of(sparsePairs.toString());
  }

  boolean isSparseFormatOne() throws TarFormatException {
    return number("GNU.sparse.major").orElse(0L) == 1;
  }

  Map<String, byte[]> xattrs() {
    Map<String, byte[]> xattrs = new LinkedHashMap<>();
    records.forEach(
        (key, value) -> {
          if (key.startsWith(XATTR)) {
            xattrs.put(key.substring(XATTR.length()), value);
          }
        });
    return xattrs;
  }
}
