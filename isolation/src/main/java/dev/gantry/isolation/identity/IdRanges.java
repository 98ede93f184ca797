package dev.gantry.isolation.identity;

import dev.gantry.isolation.journal.OwnerJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who has which range of ids, kept in a file. Thread-safe; one process at a time has the file open.
 */
public final class IdRanges implements AutoCloseable {
  private final OwnerJournal journal;
  private final long base;
  private final int count;
  private final Map<String, Integer> indexes = new LinkedHashMap<>();
  private final BitSet taken = new BitSet();

  private IdRanges(OwnerJournal journal, long base, int count) {
    this.journal = journal;
    this.base = base;
    this.count = count;
    journal
        .values()
        .forEach(
            (owner, index) -> {
              indexes.put(owner, Integer.valueOf(index));
              taken.set(Integer.parseInt(index));
            });
  }

  /**
   * Opens the ranges, making the file when missing. What was allocated before is still allocated.
   *
   * @param base the first id of the first range
   * @param count how many ranges there are at most
   * @throws IllegalArgumentException when the last range exceeds 32 bits
   * @throws IOException when another process has it open, or the file has another base
   */
  public static IdRanges open(Path file, long base, int count) throws IOException {
    range(base, 0);
    range(base, count - 1);
    String contents = "id ranges of " + IdRange.SIZE + " from " + base;
    // On disk before it is used: files of a sandbox may belong to its ids after a crash, too.
    return new IdRanges(
        OwnerJournal.open(file, contents, OwnerJournal.Survives.MACHINE), base, count);
  }

  /**
   * The owner's range: the one it has, else a free one, now its own. It is on disk when this
   * returns.
   *
   * @throws IOException when none is free, or the file cannot be written
   */
  public synchronized IdRange allocate(String owner) throws IOException {
    Integer index = indexes.get(owner);
    if (index == null) {
      index = taken.nextClearBit(0);
      if (index >= count) {
        throw new IOException("all " + count + " id ranges are taken");
      }
      journal.put(owner, index.toString());
      indexes.put(owner, index);
      taken.set(index);
    }
    return range(base, index);
  }

  /** The owner's range is free again. An owner without one is success. */
  public synchronized void release(String owner) throws IOException {
    journal.remove(owner);
    Integer index = indexes.remove(owner);
    if (index != null) {
      taken.clear(index);
    }
  }

  /** All owners with their ranges. */
  public synchronized Map<String, IdRange> owners() {
    Map<String, IdRange> owners = new LinkedHashMap<>();
    indexes.forEach((owner, index) -> owners.put(owner, range(base, index)));
    return owners;
  }

  @Override
  public synchronized void close() throws IOException {
    journal.close();
  }

  private static IdRange range(long base, int index) {
    return new IdRange(base + (long) index * IdRange.SIZE, IdRange.SIZE);
  }
}
