package dev.gantry.linux.file;

/** What a directory entry is (inode(7)). */
public enum FileType {
  REGULAR(0100000, 8),
  DIRECTORY(0040000, 4),
  SYMLINK(0120000, 10),
  CHARACTER_DEVICE(0020000, 2),
  BLOCK_DEVICE(0060000, 6),
  FIFO(0010000, 1),
  SOCKET(0140000, 12),
  /** A file system that does not say; stat tells. */
  UNKNOWN(0, 0);

  private static final int TYPE_BITS = 0170000;

  private final int modeBits;
  private final int entryType;

  FileType(int modeBits, int entryType) {
    this.modeBits = modeBits;
    this.entryType = entryType;
  }

  int modeBits() {
    return modeBits;
  }

  static FileType ofMode(int mode) {
    for (FileType type : values()) {
      if (type.modeBits == (mode & TYPE_BITS)) {
        return type;
      }
    }
    return UNKNOWN;
  }

  static FileType ofEntry(int entryType) {
    for (FileType type : values()) {
      if (type.entryType == entryType) {
        return type;
      }
    }
    return UNKNOWN;
  }
}
