package dev.gantry.build.context;

import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Paths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** An open context. */
public final class ContextArchive implements AutoCloseable {
  private static final int FILE_BYTES_MAX = 4 << 20;
  private static final int BUFFER_BYTES = 128 * 1024;

  private final FileChannel tar;
  private final ContextTree tree;

  ContextArchive(FileChannel tar, ContextTree tree) {
    this.tar = tar;
    this.tree = tree;
  }

  /**
   * Reads a plain tar to its end and keeps it while this is open.
   *
   * @param file where, until this returns: the file has no name then
   * @throws InvalidContextException when it is no tar, hostile or too large
   */
  public static ContextArchive read(InputStream tar, Path file, ContextLimits limits)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Files.delete(file);
      fill(channel, tar, limits.unpackedBytesMax());
      return new ContextArchive(channel, TarIndexer.index(channel, limits));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void fill(FileChannel channel, InputStream tar, long bytesMax) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long size = 0;
    for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
      size += count;
      if (size > bytesMax) {
        throw new InvalidContextException(
            "the context has more than " + bytesMax + " bytes when unpacked");
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
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
