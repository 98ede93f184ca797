package dev.gantry.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;

/**
 * Whose files the calling thread makes (setfsuid(2)), for a while. The thread keeps its
 * capabilities: what it may do does not change. Where ids are mapped when a file system is mounted,
 * host's root may be nobody there, who can make nothing.
 */
public final class FileIdentity implements AutoCloseable {
  private static final int CAPABILITY_VERSION_3 = 0x20080522;
  private static final int HEADER_BYTES = 8;
  private static final int DATA_BYTES = 24;

  static {
    Native.register(FileIdentity.class, "c");
  }

  private FileIdentity() {}

  private static native int setfsuid(int uid);

  private static native int setfsgid(int gid);

  private static native int capget(Pointer header, Pointer data);

  private static native int capset(Pointer header, Pointer data);

  /**
   * Takes an identity until it is closed, by the same platform thread.
   *
   * @throws LinuxException when it cannot be taken; the thread is as it was
   */
  public static FileIdentity take(int uid, int gid) throws LinuxException {
    try (Memory header = new Memory(HEADER_BYTES);
        Memory capabilities = new Memory(DATA_BYTES)) {
      header.clear();
      header.setInt(0, CAPABILITY_VERSION_3);
      Libc.check("capget", capget(header, capabilities));
      setfsuid(uid);
      setfsgid(gid);
      // setfsuid(2) took away those that concern files.
      if (capset(header, capabilities) != 0) {
        int errno = Native.getLastError();
        restore();
        throw new LinuxException("capset", errno, "");
      }
      return new FileIdentity();
    }
  }

  private static void restore() {
    setfsuid(0);
    setfsgid(0);
  }

  /** The thread's files are root's again. */
  @Override
  public void close() {
    restore();
  }
}
