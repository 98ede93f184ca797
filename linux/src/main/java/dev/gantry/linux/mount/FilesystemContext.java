package dev.gantry.linux.mount;

import com.sun.jna.Native;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A file system that is being configured (fsopen(2), fsconfig(2), fsmount(2)). Not thread-safe. */
public final class FilesystemContext implements AutoCloseable {
  private static final long FSOPEN = 430;
  private static final long FSCONFIG = 431;
  private static final long FSMOUNT = 432;
  private static final int CLOEXEC = 1;
  private static final int SET_STRING = 1;
  private static final int CREATE = 6;

  static {
    Native.register(FilesystemContext.class, "c");
  }

  private final FileDescriptor context;

  private FilesystemContext(FileDescriptor context) {
    this.context = context;
  }

  private static native long syscall(long number, byte[] name, int flags);

  private static native long syscall(
      long number, int fd, int command, byte @Nullable [] key, byte @Nullable [] value, int aux);

  private static native long syscall(long number, int fd, int flags, int attributes);

  /** Begins a file system of a type that the kernel knows. */
  public static FilesystemContext open(String type) throws LinuxException {
    long fd = syscall(FSOPEN, terminated(type), CLOEXEC);
    check("fsopen", type, fd);
    return new FilesystemContext(FileDescriptor.of((int) fd));
  }

  /** Sets an option; the kernel takes values of at most 255 bytes. */
  public FilesystemContext set(String option, String value) throws LinuxException {
    long result =
        syscall(FSCONFIG, context.number(), SET_STRING, terminated(option), terminated(value), 0);
    check("fsconfig", option + "=" + value, result);
    return this;
  }

  /** Makes the mount; it is attached nowhere and ends when its descriptor is closed. */
  public FileDescriptor mount() throws LinuxException {
    check("fsconfig", "create", syscall(FSCONFIG, context.number(), CREATE, null, null, 0));
    long fd = syscall(FSMOUNT, context.number(), CLOEXEC, 0);
    check("fsmount", "", fd);
    return FileDescriptor.of((int) fd);
  }

  private static void check(String call, String detail, long result) throws LinuxException {
    if (result == -1) {
      throw new LinuxException(call, Native.getLastError(), detail);
    }
  }

  private static byte[] terminated(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  @Override
  public void close() {
    context.close();
  }
}
