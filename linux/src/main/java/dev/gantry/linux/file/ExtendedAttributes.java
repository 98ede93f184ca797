package dev.gantry.linux.file;

import com.sun.jna.Native;
import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Extended attributes by paths whose last component is not followed (xattr(7)). */
final class ExtendedAttributes {
  /** The kernel's own limits: XATTR_LIST_MAX and XATTR_SIZE_MAX. */
  private static final int BYTES_MAX = 65_536;

  private static final int FIRST_GUESS_BYTES = 256;

  private ExtendedAttributes() {}

  static Map<String, byte[]> all(byte[] procPath, String path) throws LinuxException {
    Map<String, byte[]> all = new TreeMap<>();
    byte[] names = names(procPath, path);
    for (int start = 0, end = 0; end < names.length; end++) {
      if (names[end] == 0) {
        String name = FileName.decode(Arrays.copyOfRange(names, start, end));
        get(procPath, name, path).ifPresent(value -> all.put(name, value));
        start = end + 1;
      }
    }
    return all;
  }

  private static byte[] names(byte[] procPath, String path) throws LinuxException {
    byte[] names = new byte[FIRST_GUESS_BYTES];
    long length = FileCalls.llistxattr(procPath, names, names.length);
    if (length == -1 && Native.getLastError() == Errno.ERANGE.number()) {
      names = new byte[BYTES_MAX];
      length = FileCalls.llistxattr(procPath, names, names.length);
    }
    if (length == -1 && Native.getLastError() == Errno.ENOTSUP.number()) {
      return new byte[0];
    }
    return Arrays.copyOf(names, (int) FileCalls.check("llistxattr", path, length));
  }

  static Optional<byte[]> get(byte[] procPath, String name, String path) throws LinuxException {
    byte[] key = FileName.encodeTerminated(name);
    byte[] value = new byte[FIRST_GUESS_BYTES];
    long length = FileCalls.lgetxattr(procPath, key, value, value.length);
    if (length == -1 && Native.getLastError() == Errno.ERANGE.number()) {
      value = new byte[BYTES_MAX];
      length = FileCalls.lgetxattr(procPath, key, value, value.length);
    }
    if (length == -1) {
      int errno = Native.getLastError();
      if (errno == Errno.ENODATA.number() || errno == Errno.ENOTSUP.number()) {
        return Optional.empty();
      }
      throw new LinuxException("lgetxattr", errno, path + " " + name);
    }
    return Optional.of(Arrays.copyOf(value, (int) length));
  }

  static void set(byte[] procPath, String name, byte[] value, String path) throws LinuxException {
    byte[] key = FileName.encodeTerminated(name);
    int result = FileCalls.lsetxattr(procPath, key, value, value.length, 0);
    FileCalls.check("lsetxattr", path + " " + name, result);
  }

  static void remove(byte[] procPath, String name, String path) throws LinuxException {
    int result = FileCalls.lremovexattr(procPath, FileName.encodeTerminated(name));
    FileCalls.check("lremovexattr", path + " " + name, result);
  }
}
