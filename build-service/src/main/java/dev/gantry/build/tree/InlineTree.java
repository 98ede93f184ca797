package dev.gantry.build.tree;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Files that stand in the Dockerfile itself, all in one directory. */
public final class InlineTree implements SourceTree {
  private static final int MODE = 0644;

  private final TreeMap<String, byte[]> files = new TreeMap<>();

  /** Files by name. */
  public InlineTree(Map<String, String> contents) {
    contents.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Optional<Node> find(String path) {
    byte[] content = files.get(path);
    return content == null
        ? Optional.empty()
        : Optional.of(new Node(Node.Kind.FILE, MODE, 0, 0, content.length, Instant.EPOCH, ""));
  }

  @Override
  public List<String> children(String path) {
    return path.isEmpty() ? List.copyOf(files.keySet()) : List.of();
  }

  @Override
  public InputStream open(String path) {
    byte[] content = files.get(path);
    return new ByteArrayInputStream(content == null ? new byte[0] : content);
  }

  @Override
  public Map<String, byte[]> attributes(String path) {
    return Map.of();
  }
}
