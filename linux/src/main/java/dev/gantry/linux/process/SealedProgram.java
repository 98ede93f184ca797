package dev.gantry.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.IntByReference;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.util.Arrays;
import java.util.List;

/**
 * A program in memory that nobody can change, whoever gets at its {@code /proc/<pid>/exe}: a sealed
 * memfd_create(2). Thread-safe.
 */
public final class SealedProgram implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_ADD_SEALS = 1033;
  private static final int SEAL_ALL = 0xf; // seal, shrink, grow, write
  private static final int ACTIONS_BYTES = 256; // posix_spawn_file_actions_t has 80
  private static final int STATUS_FD = 3;
  private static final int LOWEST_FD = 10; // clear of those that a started program gets

  private final String name;
  private final FileDescriptor memory;

  private SealedProgram(String name, FileDescriptor memory) {
    this.name = name;
    this.memory = memory;
  }

  /** Makes a program of its bytes, an ELF file. */
  public static SealedProgram of(String name, byte[] program) throws LinuxException {
    int low =
        Libc.check(
            "memfd_create", ProcessCalls.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    try (FileDescriptor first = FileDescriptor.of(low)) {
      FileDescriptor memory =
          FileDescriptor.of(
              Libc.check("fcntl", ProcessCalls.fcntl(first.number(), F_DUPFD_CLOEXEC, LOWEST_FD)));
      try {
        writeAll(memory, program);
        Libc.check("fcntl", "seals", ProcessCalls.fcntl(memory.number(), F_ADD_SEALS, SEAL_ALL));
        return new SealedProgram(name, memory);
      } catch (LinuxException e) {
        memory.close();
        throw e;
      }
    }
  }

  private static void writeAll(FileDescriptor file, byte[] bytes) throws LinuxException {
    byte[] rest = bytes;
    while (rest.length > 0) {
      int written =
          Libc.check("write", "memfd", ProcessCalls.write(file.number(), rest, rest.length));
      rest = Arrays.copyOfRange(rest, written, rest.length);
    }
  }

  /**
   * Starts it as a child of this process, with an empty environment, in a millisecond whatever the
   * size of this process (posix_spawn(3) shares memory until the exec).
   *
   * @param arguments those after the program's name
   * @param status what it finds as descriptor 3
   * @return its number. The caller has it reaped, by a {@link PidWatcher}
   */
  public long start(List<String> arguments, FileDescriptor status) throws LinuxException {
    String[] argv = new String[arguments.size() + 1];
    argv[0] = name;
    for (int i = 0; i < arguments.size(); i++) {
      argv[i + 1] = arguments.get(i);
    }
    IntByReference pid = new IntByReference();
    try (Memory actions = new Memory(ACTIONS_BYTES)) {
      ProcessCalls.posix_spawn_file_actions_init(actions);
      ProcessCalls.posix_spawn_file_actions_adddup2(actions, status.number(), STATUS_FD);
      int error =
          ProcessCalls.posix_spawn(
              pid,
              memory.path().toString(),
              actions,
              null,
              new StringArray(argv),
              new StringArray(new String[0]));
      ProcessCalls.posix_spawn_file_actions_destroy(actions);
      if (error != 0) {
        throw new LinuxException("posix_spawn", error, name);
      }
      return pid.getValue();
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
