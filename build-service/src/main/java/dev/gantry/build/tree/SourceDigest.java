package dev.gantry.build.tree;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Describes what a copy of a path would depend on: kind, mode, owner, content, target and extended
 * attributes of everything beneath, and no times.
 */
public final class SourceDigest {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int DEPTH_MAX = 512;

  private final SourceTree tree;
  private final boolean owners;
  private final Map<String, String> into;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /**
   * Adds to a map, by path.
   *
   * @param owners whether the copy keeps them
   */
  public SourceDigest(SourceTree tree, boolean owners, Map<String, String> into) {
    this.tree = tree;
    this.owners = owners;
    this.into = into;
  }

  /** Adds a path and all beneath it. */
  public void add(String path) throws IOException {
    add(path, 0);
  }

  private void add(String path, int depth) throws IOException {
    Node node = path.isEmpty() ? Node.ROOT : tree.find(path).orElse(Node.ROOT);
    if (depth > DEPTH_MAX) {
      throw new IOException(path + " is too deep");
    }
    into.put(path.isEmpty() ? "/" : path, describe(path, node));
    if (node.isDirectory()) {
      for (String name : tree.children(path)) {
        add(Paths.child(path, name), depth + 1);
      }
    }
  }

  private String describe(String path, Node node) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(node.kind()).append(' ').append(Integer.toOctalString(node.mode()));
    if (owners) {
      text.append(' ').append(node.uid()).append(':').append(node.gid());
      for (Map.Entry<String, byte[]> attribute : new TreeMap<>(tree.attributes(path)).entrySet()) {
        text.append(' ').append(attribute.getKey()).append('=');
        text.append(HexFormat.of().formatHex(attribute.getValue()));
      }
    }
    return switch (node.kind()) {
      case FILE -> text.append(' ').append(content(path)).toString();
      case SYMLINK -> text.append(' ').append(node.target()).toString();
      case DIRECTORY, SPECIAL -> text.toString();
    };
  }

  private String content(String path) throws IOException {
    MessageDigest hash;
    try {
      hash = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    try (InputStream in = tree.open(path)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(hash.digest());
  }
}
