package dev.gantry.build.context;

import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Paths;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads a tar once from its beginning to its end and makes the {@link ContextTree} of it. */
final class TarIndexer {
  private static final int EXTENSION_BYTES_MAX = 1 << 20;
  private static final int PATH_LENGTH_MAX = 4096;
  private static final int DEPTH_MAX = 256;
  private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,11}(\\.\\d{1,30})?");

  private final FileChannel tar;
  private final long length;
  private final ContextLimits limits;
  private final ContextTree tree;
  private final Map<String, String> extension = new HashMap<>();
  private long position;
  private int entries;

  private TarIndexer(FileChannel tar, ContextLimits limits) throws IOException {
    this.tar = tar;
    this.length = tar.size();
    this.limits = limits;
    this.tree = new ContextTree(tar);
  }

  static ContextTree index(FileChannel tar, ContextLimits limits) throws IOException {
    TarIndexer indexer = new TarIndexer(tar, limits);
    while (indexer.entry()) {
      indexer.entries++;
      if (indexer.entries > limits.entriesMax()) {
        throw new InvalidContextException(
            "the context has more than " + limits.entriesMax() + " entries");
      }
    }
    return indexer.tree;
  }

  private boolean entry() throws IOException {
    if (position >= length && position > 0) {
      return false;
    }
    byte[] block = bytes(TarHeader.BLOCK);
    if (TarHeader.isEnd(block)) {
      return false;
    }
    TarHeader header = TarHeader.parse(block);
    switch (header.type()) {
      case 'x' -> pax(new String(extensionData(header), StandardCharsets.UTF_8));
      case 'L' -> extension.put("path", terminated(extensionData(header)));
      case 'K' -> extension.put("linkpath", terminated(extensionData(header)));
      case 'g' -> extensionData(header);
      default -> {
        add(header);
        extension.clear();
      }
    }
    return true;
  }

  private byte[] extensionData(TarHeader header) throws IOException {
    if (header.size() > EXTENSION_BYTES_MAX) {
      throw new InvalidContextException("the context has an extended header that is too large");
    }
    byte[] data = bytes((int) header.size());
    position = padded(position);
    return data;
  }

  private static String terminated(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /** Records {@code <length> <key>=<value>\n}; the length counts bytes. */
  private void pax(String records) throws InvalidContextException {
    byte[] bytes = records.getBytes(StandardCharsets.UTF_8);
    int at = 0;
    while (at < bytes.length && bytes[at] != 0) {
      int space = at;
      while (space < bytes.length && bytes[space] != ' ') {
        space++;
      }
      int size = parse(new String(bytes, at, space - at, StandardCharsets.UTF_8));
      if (size <= space - at + 1 || at + size > bytes.length) {
        throw new InvalidContextException("the context has a damaged extended header");
      }
      String record = new String(bytes, space + 1, at + size - space - 2, StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals > 0) {
        extension.put(record.substring(0, equals), record.substring(equals + 1));
      }
      at += size;
    }
  }

  private static int parse(String number) throws InvalidContextException {
    try {
      return Integer.parseInt(number);
    } catch (NumberFormatException e) {
      throw new InvalidContextException("the context has a damaged extended header");
    }
  }

  private void add(TarHeader header) throws IOException {
    if (extension.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse"))) {
      throw new InvalidContextException("sparse files in a context are not supported");
    }
    String path = path(extension.getOrDefault("path", header.name()));
    String link = extension.getOrDefault("linkpath", header.link());
    long size = isFile(header.type()) ? size(header) : 0;
    long offset = position;
    if (size > length - offset) {
      throw new InvalidContextException("the context ends within " + path);
    }
    Instant modified = modified(header);
    switch (header.type()) {
      case '0', '7' -> tree.put(path, node(Node.Kind.FILE, header, size, modified), offset);
      case '5' -> tree.put(path, node(Node.Kind.DIRECTORY, header, 0, modified), 0);
      case '2' -> {
        Node node =
            new Node(Node.Kind.SYMLINK, 0777, header.uid(), header.gid(), 0, modified, link);
        tree.put(path, node, 0);
      }
      case '1' -> tree.link(path, path(link));
      default ->
          throw new InvalidContextException(
              "context entry " + path + " is neither file, directory nor link");
    }
    position = padded(offset + size);
  }

  private static boolean isFile(char type) {
    return type == '0' || type == '7';
  }

  private static Node node(Node.Kind kind, TarHeader header, long size, Instant modified) {
    return new Node(kind, header.mode(), header.uid(), header.gid(), size, modified, "");
  }

  private long size(TarHeader header) throws InvalidContextException {
    String size = extension.get("size");
    try {
      long value = size == null ? header.size() : Long.parseLong(size);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through: as bad as a negative one.
    }
    throw new InvalidContextException("the context has a damaged extended header");
  }

  private Instant modified(TarHeader header) {
    String mtime = extension.get("mtime");
    if (mtime == null) {
      return header.modified();
    }
    if (!DECIMAL.matcher(mtime).matches()) {
      return header.modified();
    }
    BigDecimal seconds = new BigDecimal(mtime);
    long whole = seconds.setScale(0, RoundingMode.FLOOR).longValueExact();
    long nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
    return Instant.ofEpochSecond(whole, nanos);
  }

  private static String path(String name) throws InvalidContextException {
    if (name.length() > PATH_LENGTH_MAX) {
      throw new InvalidContextException("the context has a path that is too long");
    }
    var components = Paths.split(name);
    if (components.contains("..") || name.indexOf('\0') >= 0) {
      throw new InvalidContextException("context entry " + name + " leads out of the context");
    }
    if (components.size() > DEPTH_MAX) {
      throw new InvalidContextException("the context has a path that is too deep");
    }
    return String.join("/", components);
  }

  private byte[] bytes(int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      int read = tar.read(buffer, position + buffer.position());
      if (read < 0) {
        throw new InvalidContextException("the context is not a complete tar archive");
      }
    }
    position += count;
    return buffer.array();
  }

  private static long padded(long size) {
    return (size + TarHeader.BLOCK - 1) / TarHeader.BLOCK * TarHeader.BLOCK;
  }
}
