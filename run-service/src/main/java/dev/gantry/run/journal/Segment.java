package dev.gantry.run.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A file of the journal, named by the position of its first frame. */
record Segment(Path file) {
  private static final String SUFFIX = ".journal";

  /**
   * @param frames the whole frames, in order
   * @param goodBytes where the last of them ends
   * @param torn whether something stands behind it
   */
  record Contents(List<Frame> frames, long goodBytes, boolean torn) {}

  static Segment named(Path directory, long firstPosition) {
    return new Segment(directory.resolve("%019d%s".formatted(firstPosition, SUFFIX)));
  }

  /** The segments of a directory, oldest first; half-written rewrites are deleted. */
  static List<Segment> list(Path directory) throws IOException {
    List<Segment> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(SUFFIX)) {
          found.add(new Segment(file));
        } else if (file.toString().endsWith(SUFFIX + ".new")) {
          Files.delete(file);
        }
      }
    }
    return found;
  }

  long firstPosition() {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }

  Contents read() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    List<Frame> frames = new ArrayList<>();
    Optional<Frame> frame = FrameCodec.read(bytes);
    while (frame.isPresent()) {
      frames.add(frame.get());
      frame = FrameCodec.read(bytes);
    }
    return new Contents(frames, bytes.position(), bytes.hasRemaining());
  }

  /**
   * Leaves only the frames that are to be kept, and no file where that is none. The file is
   * replaced whole or not at all.
   *
   * @return whether frames went
   */
  boolean retain(Predicate<Frame> keep) throws IOException {
    List<Frame> before = read().frames();
    List<Frame> kept = before.stream().filter(keep).toList();
    if (kept.size() == before.size()) {
      return false;
    }
    if (kept.isEmpty()) {
      Files.delete(file);
      return true;
    }
    Path rewritten = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            rewritten,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeAll(channel, kept);
      channel.force(true);
    }
    Files.move(rewritten, file, StandardCopyOption.ATOMIC_MOVE);
    sync(Objects.requireNonNull(file.getParent(), "a file of a directory"));
    return true;
  }

  static long writeAll(FileChannel channel, List<Frame> frames) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(frames.stream().mapToInt(FrameCodec::size).sum());
    frames.forEach(frame -> FrameCodec.write(frame, bytes));
    bytes.flip();
    long written = bytes.remaining();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    return written;
  }

  /** A new or renamed file survives a power failure only with its directory. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
