package dev.gantry.launcher.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A log file that never takes more than {@code files × bytesMax}: when it is full it becomes {@code
 * name.1}, the former {@code name.1} becomes {@code name.2}, and so on. A disk that is full costs
 * lines, never the writer.
 */
public final class RotatingLog implements AutoCloseable {
  private final Path file;
  private final long bytesMax;
  private final int files;
  private OutputStream out;
  private long size;

  /** Appends to {@code file}; {@code files} counts it too. */
  public RotatingLog(Path file, long bytesMax, int files) throws IOException {
    this.file = file;
    this.bytesMax = bytesMax;
    this.files = files;
    Files.createDirectories(file.resolveSibling("."));
    this.out = open();
    this.size = Files.size(file);
  }

  /** Adds bytes as they are. */
  public synchronized void write(byte[] bytes, int length) {
    try {
      if (size + length > bytesMax && size > 0) {
        rotate();
      }
      out.write(bytes, 0, length);
      size += length;
    } catch (IOException full) {
      // There is no better place to report it.
    }
  }

  /** Adds a line of the launcher's own. */
  public void line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    write(bytes, bytes.length);
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }

  private void rotate() throws IOException {
    out.close();
    for (int i = files - 1; i >= 1; i--) {
      Path from = i == 1 ? file : numbered(i - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.deleteIfExists(file);
    out = open();
    size = 0;
  }

  private Path numbered(int i) {
    return file.resolveSibling(file.getFileName() + "." + i);
  }

  private OutputStream open() throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
