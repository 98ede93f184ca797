package dev.gantry.linux.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * What statx(2) says about a file.
 *
 * @param mode permission bits with setuid, setgid and sticky (07777)
 * @param size bytes; of a symbolic link the length of its target
 * @param device the file system it lies on
 * @param node what a device file stands for; 0:0 for all others
 */
public record FileStatus(
    FileType type,
    int mode,
    int uid,
    int gid,
    long size,
    Instant modified,
    Device device,
    Device node,
    long inode,
    int links) {

  /** A device number. */
  public record Device(int major, int minor) {
    /** Not a device; as a character device the overlay file system's whiteout. */
    public static final Device NONE = new Device(0, 0);

    /** As the C library's makedev(3) puts it into one number. */
    long encoded() {
      long high = Integer.toUnsignedLong(major);
      long low = Integer.toUnsignedLong(minor);
      return (high & 0xfffff000L) << 32
          | (high & 0xfffL) << 8
          | (low & 0xffffff00L) << 12
          | low & 0xffL;
    }
  }

  static final int STATX_BYTES = 256;
  static final int STATX_BASIC_STATS = 0x7ff;

  /** Whether it is a character device 0:0: a whiteout of the overlay file system. */
  public boolean isWhiteout() {
    return type == FileType.CHARACTER_DEVICE && node.equals(Device.NONE);
  }

  static FileStatus of(byte[] statx) {
    ByteBuffer b = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
    int mode = Short.toUnsignedInt(b.getShort(28));
    return new FileStatus(
        FileType.ofMode(mode),
        mode & 07777,
        b.getInt(20),
        b.getInt(24),
        b.getLong(40),
        Instant.ofEpochSecond(b.getLong(112), b.getInt(120)),
        new Device(b.getInt(136), b.getInt(140)),
        new Device(b.getInt(128), b.getInt(132)),
        b.getLong(32),
        b.getInt(16));
  }
}
