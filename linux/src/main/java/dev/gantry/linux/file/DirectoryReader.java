package dev.gantry.linux.file;

import dev.gantry.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads directories by getdents64(2). */
final class DirectoryReader {
  private static final int BUFFER_BYTES = 32 * 1024;
  private static final int NAME_OFFSET = 19;

  private DirectoryReader() {}

  /** All entries from the descriptor's position on. */
  static List<DirEntry> list(int directory, String path) throws LinuxException {
    List<DirEntry> entries = new ArrayList<>();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count; (count = next(directory, buffer, path)) > 0; ) {
      collect(ByteBuffer.wrap(buffer, 0, count).order(ByteOrder.nativeOrder()), entries);
    }
    return entries;
  }

  private static int next(int directory, byte[] buffer, String path) throws LinuxException {
    long count = FileCalls.getdents64(directory, buffer, buffer.length);
    return (int) FileCalls.check("getdents64", path, count);
  }

  private static void collect(ByteBuffer dirents, List<DirEntry> entries) {
    while (dirents.hasRemaining()) {
      int start = dirents.position();
      int length = Short.toUnsignedInt(dirents.getShort(start + 16));
      FileType type = FileType.ofEntry(Byte.toUnsignedInt(dirents.get(start + 18)));
      String name = name(dirents.array(), start + NAME_OFFSET);
      if (!name.equals(".") && !name.equals("..")) {
        entries.add(new DirEntry(name, type, dirents.getLong(start)));
      }
      dirents.position(start + length);
    }
  }

  private static String name(byte[] buffer, int start) {
    int end = start;
    while (buffer[end] != 0) {
      end++;
    }
    return FileName.decode(Arrays.copyOfRange(buffer, start, end));
  }
}
