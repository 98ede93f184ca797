package dev.gantry.oci.tar;

import dev.gantry.oci.tar.TarEntry.Device;
import dev.gantry.oci.tar.TarEntry.Kind;
import dev.gantry.oci.tar.TarEntry.Owner;
import dev.gantry.oci.tar.TarEntry.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive entry by entry: V7, ustar, pax, star, GNU with long names, base-256 numbers and
 * its four kinds of sparse files. Memory is bounded by the headers' limits. Where readers differ it
 * does as Go's archive/tar, which most image tools use: links, directories and devices have no
 * data, whatever size they claim; global pax headers are ignored.
 */
public final class TarReader {
  /** Of one extended header or long name. */
  private static final int HEADER_BYTES_MAX = 1 << 20;

  private static final byte[] POSIX = {'u', 's', 't', 'a', 'r', 0};
  private static final byte[] STAR = {'t', 'a', 'r', 0};
  private static final long ID_MAX = 0xFFFF_FFFEL;

  private final TarInput in;
  private final byte[] block = new byte[TarFields.BLOCK_BYTES];
  private long stored;
  private long padding;

  /** Reads from a stream, which should be buffered. */
  public TarReader(InputStream in) {
    this.in = new TarInput(in);
  }

  /**
   * The next entry, past what is left of the one before; null at the archive's end, when the stream
   * was read to its own end.
   *
   * @throws TarFormatException when the archive is malformed or truncated
   */
  public @Nullable TarEntry next() throws IOException {
    in.skip(stored);
    in.skip(padding);
    stored = 0;
    padding = 0;
    PaxRecords pax = new PaxRecords();
    Optional<String> longName = Optional.empty();
    Optional<String> longLink = Optional.empty();
    for (int headers = 0; readHeader(); headers++) {
      if (headers > 16) {
        throw new TarFormatException("too many headers before an entry");
      }
      switch (block[TarFields.TYPE]) {
        case 'x' -> pax.add(readMetadata());
        case 'g', 'V' -> readMetadata();
        case 'L' -> longName = Optional.of(gnuName(readMetadata()));
        case 'K' -> longLink = Optional.of(gnuName(readMetadata()));
        default -> {
          return entry(pax, longName, longLink);
        }
      }
    }
    in.drain();
    return null;
  }

  /** Stored bytes of the current entry; -1 behind its last. */
  public int read(byte[] into, int offset, int length) throws IOException {
    if (stored == 0) {
      return -1;
    }
    int count = in.read(into, offset, (int) Math.min(length, stored));
    stored -= count;
    return count;
  }

  private boolean readHeader() throws IOException {
    if (!in.readBlock(block)) {
      return false;
    }
    if (TarFields.isZero(block)) {
      if (in.readBlock(block) && !TarFields.isZero(block)) {
        throw new TarFormatException("an empty block amid the archive");
      }
      return false;
    }
    TarFields.requireChecksum(block);
    return true;
  }

  private byte[] readMetadata() throws IOException {
    long size = TarFields.number(block, TarFields.SIZE, TarFields.LONG_BYTES);
    if (size < 0 || size > HEADER_BYTES_MAX) {
      throw new TarFormatException("a header of " + size + " bytes");
    }
    byte[] data = in.readFully((int) size);
    in.skip(TarInput.padding(size));
    return data;
  }

  private static String gnuName(byte[] data) {
    return TarFields.text(data, 0, data.length);
  }

  private TarEntry entry(PaxRecords pax, Optional<String> longName, Optional<String> longLink)
      throws IOException {
    // The block is reused for sparse extensions: all that is in it is read first.
    Optional<String> sparseName = pax.name("GNU.sparse.name");
    Optional<String> paxName = sparseName.isPresent() ? sparseName : pax.name("path");
    String rawName = paxName.orElseGet(() -> longName.orElseGet(this::headerName));
    String link = TarFields.text(block, TarFields.LINK, TarFields.NAME_BYTES);
    String linkName = pax.name("linkpath").orElse(longLink.orElse(link));
    Kind kind = kind(rawName);
    int mode = (int) TarFields.number(block, TarFields.MODE, TarFields.ID_BYTES) & 07777;
    Owner owner = new Owner(id(pax, "uid", TarFields.UID), id(pax, "gid", TarFields.GID));
    long seconds = TarFields.number(block, TarFields.TIME, TarFields.LONG_BYTES);
    Instant time = pax.time("mtime").orElse(headerTime(seconds));
    Device device =
        kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE ? device() : Device.NONE;
    Content content = kind == Kind.FILE ? content(pax) : Content.NONE;
    return new TarEntry(
        stripSlashes(rawName),
        kind,
        mode,
        owner,
        content.size,
        time,
        linkName,
        device,
        pax.xattrs(),
        content.segments,
        content.sparse);
  }

  private static Instant headerTime(long seconds) throws TarFormatException {
    if (seconds > 1L << 40 || seconds < -(1L << 40)) {
      throw new TarFormatException("a time in a header is out of range");
    }
    return Instant.ofEpochSecond(seconds);
  }

  private String headerName() {
    String name = TarFields.text(block, TarFields.NAME, TarFields.NAME_BYTES);
    if (!Arrays.equals(block, TarFields.MAGIC, TarFields.MAGIC + POSIX.length, POSIX, 0, 6)) {
      return name;
    }
    int trailer = TarFields.STAR_TRAILER;
    boolean star = Arrays.equals(block, trailer, trailer + STAR.length, STAR, 0, STAR.length);
    int length = star ? TarFields.STAR_PREFIX_BYTES : TarFields.PREFIX_BYTES;
    String prefix = TarFields.text(block, TarFields.PREFIX, length);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private Kind kind(String name) throws TarFormatException {
    byte flag = block[TarFields.TYPE];
    return switch (flag) {
      case '1' -> Kind.HARD_LINK;
      case '2' -> Kind.SYMLINK;
      case '3' -> Kind.CHARACTER_DEVICE;
      case '4' -> Kind.BLOCK_DEVICE;
      case '5' -> Kind.DIRECTORY;
      case '6' -> Kind.FIFO;
      case 0, '0', '7', 'S' -> name.endsWith("/") ? oldDirectory() : Kind.FILE;
      default ->
          throw new TarFormatException("an entry of unknown type " + Byte.toUnsignedInt(flag));
    };
  }

  /** Before ustar a directory was a file whose name ends with a slash. */
  private Kind oldDirectory() throws TarFormatException {
    if (TarFields.number(block, TarFields.SIZE, TarFields.LONG_BYTES) != 0) {
      throw new TarFormatException("a file whose name ends with a slash");
    }
    return Kind.DIRECTORY;
  }

  private int id(PaxRecords pax, String key, int offset) throws TarFormatException {
    Optional<Long> extended = pax.number(key);
    long id =
        extended.isPresent() ? extended.get() : TarFields.number(block, offset, TarFields.ID_BYTES);
    if (id < 0 || id > ID_MAX) {
      throw new TarFormatException(key + " " + id + " is out of range");
    }
    return (int) id;
  }

  private Device device() throws TarFormatException {
    long major = TarFields.number(block, TarFields.MAJOR, TarFields.ID_BYTES);
    long minor = TarFields.number(block, TarFields.MINOR, TarFields.ID_BYTES);
    if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) {
      throw new TarFormatException("device " + major + ":" + minor + " is out of range");
    }
    return new Device((int) major, (int) minor);
  }

  private static String stripSlashes(String name) {
    int end = name.length();
    while (end > 1 && name.charAt(end - 1) == '/') {
      end--;
    }
    return name.substring(0, end);
  }

  private record Content(long size, List<Segment> segments, boolean sparse) {
    static final Content NONE = new Content(0, List.of(), false);
  }

  private Content content(PaxRecords pax) throws IOException {
    Optional<Long> extended = pax.number("size");
    stored =
        extended.isPresent()
            ? extended.get()
            : TarFields.number(block, TarFields.SIZE, TarFields.LONG_BYTES);
    if (stored < 0) {
      throw new TarFormatException("a file of negative size");
    }
    padding = TarInput.padding(stored);
    if (block[TarFields.TYPE] == 'S') {
      return oldSparse();
    }
    if (pax.isSparseFormatOne()) {
      long realSize = pax.number("GNU.sparse.realsize").orElse(-1L);
      return sparse(mapBeforeData(), realSize);
    }
    Optional<String> map = pax.sparseMap();
    if (map.isPresent()) {
      return sparse(SparseMaps.parse(map.get()), pax.number("GNU.sparse.size").orElse(-1L));
    }
    return new Content(stored, List.of(), false);
  }

  private Content sparse(List<Segment> segments, long realSize) throws TarFormatException {
    SparseMaps.require(segments, realSize, stored);
    return new Content(realSize, List.copyOf(segments), true);
  }

  private Content oldSparse() throws IOException {
    List<Segment> segments = new ArrayList<>();
    long realSize = TarFields.number(block, SparseMaps.OLD_REAL_SIZE, TarFields.LONG_BYTES);
    SparseMaps.addOld(block, SparseMaps.OLD_MAP, SparseMaps.OLD_MAP_ENTRIES, segments);
    byte[] extension = new byte[TarFields.BLOCK_BYTES];
    boolean more = block[SparseMaps.OLD_EXTENDED] != 0;
    while (more) {
      if (!in.readBlock(extension)) {
        throw new TarFormatException("the archive ends in a sparse map");
      }
      SparseMaps.addOld(extension, 0, SparseMaps.EXTENSION_ENTRIES, segments);
      more = extension[SparseMaps.EXTENSION_EXTENDED] != 0;
    }
    return sparse(segments, realSize);
  }

  /** Format 1.0: decimal lines in blocks of their own before the data, counted as stored. */
  private List<Segment> mapBeforeData() throws IOException {
    SparseLines lines = new SparseLines(this::readMapBlock);
    List<Segment> segments = new ArrayList<>();
    long count = lines.next();
    for (long i = 0; i < count; i++) {
      long offset = lines.next();
      SparseMaps.add(segments, offset, lines.next());
    }
    return segments;
  }

  private byte[] readMapBlock() throws IOException {
    if (stored < TarFields.BLOCK_BYTES) {
      throw new TarFormatException("a sparse map is longer than its entry");
    }
    stored -= TarFields.BLOCK_BYTES;
    return in.readFully(TarFields.BLOCK_BYTES);
  }
}
