package dev.gantry.build.upload;

import dev.gantry.build.context.ContextStore;
import dev.gantry.events.BuildContext;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Contexts on their way, one file each: what has arrived stays, also when sender or service die.
 * Bounded in number, in size, and in the time that nobody touches them. Thread-safe; one process at
 * a time has the directory.
 */
public final class Uploads {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final Duration UNTOUCHED_MAX = Duration.ofHours(24);

  private final Path directory;
  private final ContextStore contexts;
  private final long bytesMax;
  private final int uploadsMax;
  private final Map<UUID, ReentrantLock> locks = new ConcurrentHashMap<>();

  private Uploads(Path directory, ContextStore contexts, long bytesMax, int uploadsMax) {
    this.directory = directory;
    this.contexts = contexts;
    this.bytesMax = bytesMax;
    this.uploadsMax = uploadsMax;
  }

  /** Opens the directory; what an earlier process had goes on. */
  public static Uploads open(Path directory, ContextStore contexts, long bytesMax, int uploadsMax)
      throws IOException {
    return new Uploads(Files.createDirectories(directory), contexts, bytesMax, uploadsMax);
  }

  /** What became of a step of an upload. */
  public sealed interface Outcome {
    /** So many bytes have arrived. */
    record Arrived(long size) implements Outcome {}

    /** The context is stored, and can be built. */
    record Stored(BuildContext context) implements Outcome {}

    /** There is no such upload. */
    record Unknown() implements Outcome {}

    /** Somebody else sends to it at this moment. */
    record Busy() implements Outcome {}

    /** The piece does not begin where the last ended. */
    record OutOfOrder(long size) implements Outcome {}

    /** It has more bytes than a context may have. */
    record TooLarge(long bytesMax) implements Outcome {}

    /** What has arrived is something else; it is gone. */
    record OtherDigest(String actual) implements Outcome {}
  }

  /**
   * Begins an upload.
   *
   * @return its id; null where there are as many as may be
   */
  public @Nullable UUID begin() throws IOException {
    List<Path> files = files();
    Instant old = Instant.now().minus(UNTOUCHED_MAX);
    int count = files.size();
    for (Path file : files) {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
        Files.deleteIfExists(file);
        count--;
      }
    }
    if (count >= uploadsMax) {
      return null;
    }
    UUID id = UUID.randomUUID();
    Files.createFile(file(id));
    return id;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** How much has arrived. */
  public Outcome size(UUID id) throws IOException {
    try {
      return new Outcome.Arrived(Files.size(file(id)));
    } catch (NoSuchFileException e) {
      return new Outcome.Unknown();
    }
  }

  /** What is done while nobody else writes. */
  @FunctionalInterface
  private interface Action {
    Outcome run() throws IOException;
  }

  private Outcome exclusively(UUID id, Action action) throws IOException {
    if (!Files.exists(file(id))) {
      return new Outcome.Unknown();
    }
    ReentrantLock lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
    if (!lock.tryLock()) {
      return new Outcome.Busy();
    }
    try {
      return Files.exists(file(id)) ? action.run() : new Outcome.Unknown();
    } finally {
      lock.unlock();
      if (!Files.exists(file(id))) {
        locks.remove(id);
      }
    }
  }

  /**
   * Appends a piece; as much of it as arrives stays.
   *
   * @param first where the piece begins; negative: behind what is there
   */
  public Outcome append(UUID id, long first, InputStream body) throws IOException {
    return exclusively(id, () -> append(file(id), first, body));
  }

  private Outcome append(Path file, long first, InputStream body) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      if (first >= 0 && first != out.size()) {
        return new Outcome.OutOfOrder(out.size());
      }
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        if (out.size() + count > bytesMax) {
          return new Outcome.TooLarge(bytesMax);
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      return new Outcome.Arrived(out.size());
    }
  }

  /**
   * Stores what has arrived as a context; the upload is over then.
   *
   * @throws dev.gantry.build.context.InvalidContextException when it is no context
   */
  public Outcome finish(UUID id, Digest expected) throws IOException {
    return exclusively(id, () -> finish(file(id), expected));
  }

  private Outcome finish(Path file, Digest expected) throws IOException {
    Digest actual = digest(file, expected.algorithm());
    if (!actual.equals(expected)) {
      Files.deleteIfExists(file);
      return new Outcome.OtherDigest(actual.toString());
    }
    try (InputStream in = Files.newInputStream(file)) {
      BuildContext context = contexts.receive(in);
      Files.deleteIfExists(file);
      return new Outcome.Stored(context);
    }
  }

  private static Digest digest(Path file, Digest.Algorithm algorithm) throws IOException {
    Digester digester = new Digester(algorithm);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digester.update(buffer, 0, count);
      }
    }
    return digester.finish();
  }

  /** Gives an upload up. */
  public Outcome discard(UUID id) throws IOException {
    return exclusively(
        id,
        () -> {
          Files.deleteIfExists(file(id));
          return new Outcome.Arrived(0);
        });
  }

  private Path file(UUID id) {
    return directory.resolve(id.toString());
  }
}
