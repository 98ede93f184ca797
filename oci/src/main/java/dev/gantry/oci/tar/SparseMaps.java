package dev.gantry.oci.tar;

import dev.gantry.oci.tar.TarEntry.Segment;
import java.util.ArrayList;
import java.util.List;

/** The maps of sparse files in GNU tar's four formats. */
final class SparseMaps {
  static final int OLD_MAP = 386;
  static final int OLD_MAP_ENTRIES = 4;
  static final int OLD_EXTENDED = 482;
  static final int OLD_REAL_SIZE = 483;
  static final int EXTENSION_ENTRIES = 21;
  static final int EXTENSION_EXTENDED = 504;

  private static final int SEGMENTS_MAX = 100_000;

  private SparseMaps() {}

  /** Adds the pairs of an old GNU header or extension block; an empty one ends them. */
  static void addOld(byte[] block, int offset, int count, List<Segment> segments)
      throws TarFormatException {
    for (int i = 0; i < count; i++) {
      int at = offset + i * 2 * TarFields.LONG_BYTES;
      if (block[at] == 0) {
        return;
      }
      long start = TarFields.number(block, at, TarFields.LONG_BYTES);
      long length = TarFields.number(block, at + TarFields.LONG_BYTES, TarFields.LONG_BYTES);
      add(segments, start, length);
    }
  }

  /** Formats 0.0 and 0.1: {@code offset,length,offset,length…}. */
  static List<Segment> parse(String map) throws TarFormatException {
    String[] numbers = map.split(",", -1);
    if (numbers.length % 2 != 0) {
      throw new TarFormatException("a sparse map has an odd number of numbers");
    }
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += 2) {
      add(segments, PaxRecords.decimal(numbers[i]), PaxRecords.decimal(numbers[i + 1]));
    }
    return segments;
  }

  static void add(List<Segment> segments, long offset, long length) throws TarFormatException {
    if (segments.size() == SEGMENTS_MAX) {
      throw new TarFormatException("a sparse map has more than " + SEGMENTS_MAX + " segments");
    }
    segments.add(new Segment(offset, length));
  }

  /** Refuses segments that overlap, go backwards, leave the file or differ from what is stored. */
  static void require(List<Segment> segments, long realSize, long storedSize)
      throws TarFormatException {
    long end = 0;
    long stored = 0;
    for (Segment segment : segments) {
      if (segment.offset() < end
          || segment.length() < 0
          || segment.offset() > realSize
          || segment.length() > realSize - segment.offset()) {
        throw new TarFormatException("a sparse map contradicts itself");
      }
      end = segment.offset() + segment.length();
      stored += segment.length();
    }
    if (stored != storedSize) {
      throw new TarFormatException("a sparse map covers other than the stored bytes");
    }
  }
}
