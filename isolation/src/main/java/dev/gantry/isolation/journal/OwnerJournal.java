package dev.gantry.isolation.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Who owns what, in a file of lines {@code + <owner> <value>} and {@code - <owner>} after a line
 * that says what the values are. A line that a crash cut off has never been: every change is
 * appended as a whole line before it counts. The file is written anew when most of it is history.
 *
 * <p>One process at a time has it open (a lock on a file beside it). Not thread-safe.
 */
public final class OwnerJournal implements AutoCloseable {
  private static final Pattern WORD = Pattern.compile("[\\x21-\\x7e]{1,256}");
  private static final int HISTORY_LINES_MAX = 1_000;

  /** Locks of fcntl(2) are a process's own: within it, this keeps two from opening the same. */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  /** What a change must survive. */
  public enum Survives {
    /** The end of this process. */
    PROCESS,
    /** The end of the machine, too: each change waits for the disk. */
    MACHINE
  }

  private final Path file;
  private final String contents;
  private final Survives survives;
  private final FileLock lock;
  private final Map<String, String> values = new LinkedHashMap<>();
  private FileChannel channel;
  private int lines;

  private OwnerJournal(Path file, String contents, Survives survives, FileLock lock)
      throws IOException {
    this.file = file;
    this.contents = contents;
    this.survives = survives;
    this.lock = lock;
    if (Files.exists(file)) {
      read();
    }
    this.channel = rewrite();
  }

  /**
   * Opens a journal, making the file when missing.
   *
   * @param contents what the values are; a file with other contents is refused
   * @throws IOException when it is open already, here or in another process, or damaged otherwise
   *     than by a cut last line
   */
  public static OwnerJournal open(Path file, String contents, Survives survives)
      throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    if (!OPEN.add(absolute)) {
      throw new IOException(file + " is open in this process already");
    }
    FileChannel lockChannel = null;
    try {
      lockChannel =
          FileChannel.open(
              Path.of(absolute + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = lockChannel.tryLock();
      if (lock == null) {
        throw new IOException(file + " is open in another process");
      }
      return new OwnerJournal(absolute, contents, survives, lock);
    } catch (IOException | RuntimeException e) {
      if (lockChannel != null) {
        lockChannel.close();
      }
      OPEN.remove(absolute);
      throw e;
    }
  }

  /** The owners with their values, the oldest first; a copy. */
  public Map<String, String> values() {
    return new LinkedHashMap<>(values);
  }

  /**
   * Gives an owner a value. It is in the file when this returns; when it throws, nothing changed.
   *
   * @throws IllegalArgumentException when one of them has blanks or is longer than 256 characters
   */
  public void put(String owner, String value) throws IOException {
    append("+ " + word(owner) + " " + word(value) + "\n");
    values.put(owner, value);
  }

  /** Takes away an owner's value; one without is success. */
  public void remove(String owner) throws IOException {
    if (values.containsKey(owner)) {
      append("- " + owner + "\n");
      values.remove(owner);
    }
  }

  @Override
  public void close() throws IOException {
    if (lock.isValid()) {
      channel.close();
      lock.acquiredBy().close();
      OPEN.remove(file);
    }
  }

  private void read() throws IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    if (text.isEmpty()) {
      return;
    }
    int end = text.lastIndexOf('\n') + 1;
    String[] all = text.substring(0, end).split("\n", -1);
    if (!all[0].equals(contents)) {
      throw new IOException(file + " is a journal of " + all[0] + ", not of " + contents);
    }
    for (int i = 1; i < all.length - 1; i++) {
      String[] words = all[i].split(" ", -1);
      if (words.length == 3 && words[0].equals("+")) {
        values.put(words[1], words[2]);
      } else if (words.length == 2 && words[0].equals("-")) {
        values.remove(words[1]);
      } else {
        throw new IOException(file + " line " + (i + 1) + " is damaged: " + all[i]);
      }
    }
  }

  private void append(String line) throws IOException {
    if (lines > HISTORY_LINES_MAX + 2 * values.size()) {
      FileChannel old = channel;
      channel = rewrite();
      old.close();
    }
    long before = channel.size();
    try {
      write(channel, line);
      if (survives == Survives.MACHINE) {
        channel.force(false);
      }
      lines++;
    } catch (IOException e) {
      // Half a line must not become the beginning of the next one.
      channel.truncate(before);
      throw e;
    }
  }

  /** Replaces the file by one without history. */
  private FileChannel rewrite() throws IOException {
    Path temporary = Path.of(file + ".new");
    FileChannel fresh =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      StringBuilder text = new StringBuilder(contents).append('\n');
      values.forEach((owner, value) -> text.append("+ " + owner + " " + value + "\n"));
      write(fresh, text.toString());
      fresh.force(true);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel directory = FileChannel.open(file.getParent())) {
        directory.force(true);
      }
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    lines = values.size();
    return fresh;
  }

  private static void write(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String word(String text) {
    if (!WORD.matcher(text).matches()) {
      throw new IllegalArgumentException("not a word for a journal: " + text);
    }
    return text;
  }
}
