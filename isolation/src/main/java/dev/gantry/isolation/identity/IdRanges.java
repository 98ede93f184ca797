package dev.gantry.isolation.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Who has which range of ids, kept in a file. Thread-safe; one process at a time has the file open.
 */
public final class IdRanges implements AutoCloseable {
  private IdRanges() {}

  /**
   * Opens the ranges, making the file when missing. What was allocated before is still allocated.
   *
   * @param base the first id of the first range
   * @param count how many ranges there are at most
   * @throws IOException when another process has it open, or the file has another base
   */
  public static IdRanges open(Path file, long base, int count) throws IOException {
    throw new UnsupportedOperationException("" + file + base + count);
  }

  /**
   * The owner's range: the one it has, else a free one, now its own. It is on disk when this
   * returns.
   *
   * @throws IOException when none is free, or the file cannot be written
   */
  public IdRange allocate(String owner) throws IOException {
    throw new UnsupportedOperationException(owner);
  }

  /** The owner's range is free again. An owner without one is success. */
  public void release(String owner) throws IOException {
    throw new UnsupportedOperationException(owner);
  }

  /** All owners with their ranges. */
  public Map<String, IdRange> owners() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
