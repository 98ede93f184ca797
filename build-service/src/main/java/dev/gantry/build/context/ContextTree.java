package dev.gantry.build.context;

import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Paths;
import dev.gantry.build.tree.Patterns;
import dev.gantry.build.tree.SourceTree;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a context as an index into its tar: nothing of it is ever unpacked, so no name and
 * no link in it can mean a file of the host. Reading is thread-safe; it ends with the channel that
 * the tree was made with.
 */
public final class ContextTree implements SourceTree {
  private static final int DIRECTORY_MODE = 0755;

  private static final class Item {
    private Node node;
    private final long offset;
    private boolean linked;
    private final TreeMap<String, Item> children = new TreeMap<>();

    Item(Node node, long offset) {
      this.node = node;
      this.offset = offset;
    }
  }

  private final FileChannel tar;
  private final Item root = new Item(directory(), 0);

  ContextTree(FileChannel tar) {
    this.tar = tar;
  }

  private static Node directory() {
    return new Node(Node.Kind.DIRECTORY, DIRECTORY_MODE, 0, 0, 0, Instant.EPOCH, "");
  }

  /** Adds or replaces an entry; directories keep what is in them. */
  void put(String path, Node node, long offset) throws InvalidContextException {
    if (path.isEmpty()) {
      if (!node.isDirectory()) {
        throw new InvalidContextException("the context's root is not a directory");
      }
      root.node = node;
      return;
    }
    Item parent = directories(path);
    Item existing = parent.children.get(Paths.name(path));
    if (existing != null && existing.node.isDirectory() && node.isDirectory()) {
      existing.node = node;
    } else {
      parent.children.put(Paths.name(path), new Item(node, offset));
    }
  }

  private Item directories(String path) throws InvalidContextException {
    Item item = root;
    for (String component : Paths.split(Paths.parent(path))) {
      item = item.children.computeIfAbsent(component, name -> new Item(directory(), 0));
      if (!item.node.isDirectory()) {
        throw new InvalidContextException(
            "context entry " + path + " lies beneath " + component + ", which is not a directory");
      }
    }
    return item;
  }

  /** Makes a hard link: the content and metadata of an earlier file. */
  void link(String path, String existing) throws InvalidContextException {
    Item target = item(existing);
    if (target == null || target.node.kind() != Node.Kind.FILE) {
      throw new InvalidContextException(
          "context entry " + path + " is a hard link to " + existing + ", which is no file before");
    }
    put(path, target.node, target.offset);
    target.linked = true;
    Item other = item(path);
    if (other != null) {
      other.linked = true;
    }
  }

  /** The tree without what is ignored; a directory stays where something in it does. */
  public ContextTree without(DockerIgnore ignore) {
    if (ignore == DockerIgnore.NONE) {
      return this;
    }
    ContextTree kept = new ContextTree(tar);
    kept.root.node = root.node;
    Patterns patterns = ignore.patterns();
    keep(root, kept.root, "", patterns, patterns.root());
    return kept;
  }

  private static void keep(
      Item from, Item to, String path, Patterns ignored, Patterns.Verdict verdict) {
    from.children.forEach(
        (name, item) -> {
          String here = Paths.child(path, name);
          Patterns.Verdict now = ignored.of(here, verdict);
          Item copy = new Item(item.node, item.offset);
          copy.linked = item.linked;
          if (item.node.isDirectory()) {
            keep(item, copy, here, ignored, now);
          }
          if (!copy.children.isEmpty() || !now.matched()) {
            to.children.put(name, copy);
          }
        });
  }

  private @Nullable Item item(String path) {
    Item item = root;
    for (String component : Paths.split(path)) {
      item = item.children.get(component);
      if (item == null) {
        return null;
      }
    }
    return item;
  }

  @Override
  public Optional<Node> find(String path) {
    Item item = item(path);
    return item == null ? Optional.empty() : Optional.of(item.node);
  }

  @Override
  public List<String> children(String path) {
    Item item = item(path);
    return item == null ? List.of() : List.copyOf(item.children.keySet());
  }

  @Override
  public InputStream open(String path) throws IOException {
    Item item = item(path);
    if (item == null || item.node.kind() != Node.Kind.FILE) {
      throw new FileNotFoundException(path);
    }
    return new Slice(item.offset, item.node.size());
  }

  @Override
  public Map<String, byte[]> attributes(String path) {
    return Map.of();
  }

  @Override
  public Optional<String> identity(String path) {
    Item item = item(path);
    return item != null && item.linked ? Optional.of(Long.toString(item.offset)) : Optional.empty();
  }

  /** A part of the tar; positional reads, so that slices do not disturb each other. */
  private final class Slice extends InputStream {
    private long position;
    private final long end;

    Slice(long offset, long size) {
      this.position = offset;
      this.end = offset + size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int wanted = (int) Math.min(length, end - position);
      if (wanted == 0) {
        return length == 0 ? 0 : -1;
      }
      int count = tar.read(ByteBuffer.wrap(into, offset, wanted), position);
      if (count < 0) {
        throw new UncheckedIOException(new IOException("the context was truncated while read"));
      }
      position += count;
      return count;
    }
  }
}
