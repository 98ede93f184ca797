package dev.gantry.build.tree;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Describes what a copy would depend on: kind, mode, owner, content, target and extended attributes
 * of everything that is copied, and no times.
 */
public final class SourceDigest {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final boolean owners;
  private final Map<String, String> into;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /**
   * Adds to a map, by path.
   *
   * @param owners whether the copy keeps them
   */
  public SourceDigest(boolean owners, Map<String, String> into) {
    this.owners = owners;
    this.into = into;
  }

  /** Adds all that is selected. */
  public void add(Selection selection) throws IOException {
    SourceTree tree = selection.tree();
    String path = selection.path();
    if (!selection.isDirectory()) {
      into.put(path, describe(tree, path, selection.node()));
      return;
    }
    // The directory itself is not copied: that it is one matters, and nothing else of it.
    into.put(path.isEmpty() ? "/" : path, selection.node().kind().toString());
    for (Selection.Entry entry : selection.entries()) {
      String source = Paths.child(path, entry.relative());
      into.put(source, describe(tree, source, entry.node()));
    }
  }

  private String describe(SourceTree tree, String path, Node node) throws IOException {
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
      case FILE -> text.append(' ').append(content(tree, path)).toString();
      case SYMLINK -> text.append(' ').append(node.target()).toString();
      case DIRECTORY, SPECIAL -> text.toString();
    };
  }

  private String content(SourceTree tree, String path) throws IOException {
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
