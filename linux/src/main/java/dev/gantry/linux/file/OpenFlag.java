package dev.gantry.linux.file;

/** How {@link DirFd#open} opens a file (open(2)). */
public enum OpenFlag {
  /** For writing only; without it and {@link #READ_WRITE} a file is opened for reading. */
  WRITE(FileCalls.O_WRONLY),
  READ_WRITE(FileCalls.O_RDWR),
  /** Creates it when it does not exist. */
  CREATE(FileCalls.O_CREAT),
  /** Fails with EEXIST when it exists, a dangling link included. */
  EXCLUSIVE(FileCalls.O_EXCL),
  TRUNCATE(FileCalls.O_TRUNC),
  APPEND(FileCalls.O_APPEND),
  /** Follows a symbolic link at the end of the path, inside the root. */
  FOLLOW(0);

  private final int bits;

  OpenFlag(int bits) {
    this.bits = bits;
  }

  int bits() {
    return bits;
  }
}
