package dev.gantry.build.context;

import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Paths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An open context. */
public final class ContextArchive implements AutoCloseable {
  private static final int FILE_BYTES_MAX = 4 << 20;

  private final FileChannel tar;
  private final ContextTree tree;

  ContextArchive(FileChannel tar, ContextTree tree) {
    this.tar = tar;
    this.tree = tree;
  }

  /** All files, ignored ones too. */
  public ContextTree tree() {
    return tree;
  }

  /**
   * A small file as a whole, links followed within the context; empty where there is none.
   *
   * @throws InvalidContextException when it is larger than 4 MiB
   */
  public Optional<byte[]> file(String path) throws IOException {
    Optional<String> resolved = Paths.resolve(tree, path);
    if (resolved.isEmpty()
        || tree.find(resolved.get()).filter(node -> node.kind() == Node.Kind.FILE).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = tree.open(resolved.get())) {
      byte[] content = in.readNBytes(FILE_BYTES_MAX + 1);
      if (content.length > FILE_BYTES_MAX) {
        throw new InvalidContextException(path + " is larger than " + FILE_BYTES_MAX + " bytes");
      }
      return Optional.of(content);
    }
  }

  /** The rules for a Dockerfile: its own where it has some, else those of the context. */
  public DockerIgnore ignore(String dockerfile) throws IOException {
    Optional<byte[]> rules = file(dockerfile + ".dockerignore");
    if (rules.isEmpty()) {
      rules = file(".dockerignore");
    }
    return rules.isEmpty()
        ? DockerIgnore.NONE
        : DockerIgnore.parse(new String(rules.get(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
