package dev.gantry.linux.mount;

import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file system in the making (fsopen(2)): options are set one by one, then it is mounted. A
 * failure carries what the kernel says about it. Not thread-safe.
 */
public final class FileSystemContext implements AutoCloseable {
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int SET_FLAG = 0;
  private static final int SET_STRING = 1;
  private static final int CREATE = 6;
  private static final int MESSAGE_BYTES = 1024;

  private final String type;
  private final FileDescriptor descriptor;

  private FileSystemContext(String type, FileDescriptor descriptor) {
    this.type = type;
    this.descriptor = descriptor;
  }

  /** Starts a file system of a type: {@code overlay}, {@code tmpfs}. */
  public static FileSystemContext open(String type) throws LinuxException {
    try (MountCalls.Text name = MountCalls.Text.of(type)) {
      return new FileSystemContext(
          type,
          FileDescriptor.of(
              (int)
                  Libc.check(
                      "fsopen",
                      type,
                      MountCalls.call(MountCalls.FSOPEN, name.address(), FSOPEN_CLOEXEC, 0))));
    }
  }

  /** Sets an option to a value of at most 255 bytes. */
  public void set(String option, String value) throws LinuxException {
    configure(SET_STRING, option, value);
  }

  /** Sets an option that has no value. */
  public void set(String option) throws LinuxException {
    configure(SET_FLAG, option, null);
  }

  /** Mounts it, nowhere: the mount is there while the descriptor, or one below it, is open. */
  public FileDescriptor mount(Set<MountAttribute> attributes) throws LinuxException {
    configure(CREATE, null, null);
    long mount =
        MountCalls.call(
            MountCalls.FSMOUNT,
            descriptor.number(),
            FSMOUNT_CLOEXEC,
            MountAttribute.bits(attributes));
    return FileDescriptor.of((int) Libc.check("fsmount", mount));
  }

  @Override
  public void close() {
    descriptor.close();
  }

  private void configure(int command, @Nullable String option, @Nullable String value)
      throws LinuxException {
    String detail =
        type + (option == null ? "" : " " + option) + (value == null ? "" : "=" + value);
    try (MountCalls.Text key = MountCalls.Text.of(option);
        MountCalls.Text text = MountCalls.Text.of(value)) {
      Libc.check(
          "fsconfig",
          detail,
          Libc.syscall(
              MountCalls.FSCONFIG,
              descriptor.number(),
              command,
              key.address(),
              text.address(),
              0,
              0));
    } catch (LinuxException e) {
      throw new LinuxException(e.call(), e.errno(), detail + message());
    }
  }

  /** What the kernel said last; empty when nothing. */
  private String message() {
    byte[] bytes = new byte[MESSAGE_BYTES];
    long length = MountCalls.read(descriptor.number(), bytes, bytes.length);
    return length <= 0 ? "" : new String(bytes, 0, (int) length, StandardCharsets.UTF_8).strip();
  }
}
