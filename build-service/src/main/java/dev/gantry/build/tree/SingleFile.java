package dev.gantry.build.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One file of this host's disk, under another name. */
public final class SingleFile implements SourceTree {
  private final String name;
  private final Node node;
  private final Path file;

  /** A tree of that file alone. */
  public SingleFile(String name, Node node, Path file) {
    this.name = name;
    this.node = node;
    this.file = file;
  }

  @Override
  public Optional<Node> find(String path) {
    return path.equals(name) ? Optional.of(node) : Optional.empty();
  }

  @Override
  public List<String> children(String path) {
    return path.isEmpty() ? List.of(name) : List.of();
  }

  @Override
  public InputStream open(String path) throws IOException {
    return Files.newInputStream(file);
  }

  @Override
  public Map<String, byte[]> attributes(String path) {
    return Map.of();
  }
}
