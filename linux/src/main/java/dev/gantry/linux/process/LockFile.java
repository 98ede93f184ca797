package dev.gantry.linux.process;

import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that one holder at a time has locked (flock(2)); unlike Java's file locks, it is not lost
 * when another stream of the same file is closed. The kernel unlocks it when the process ends.
 */
public final class LockFile implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int O_NOFOLLOW = 0x20000;
  private static final int OWNER_ONLY = 0600;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  private final FileDescriptor file;

  private LockFile(FileDescriptor file) {
    this.file = file;
  }

  /**
   * Locks the file, making it when missing; empty when another holder has it.
   *
   * @throws LinuxException when it cannot be opened
   */
  public static Optional<LockFile> tryLock(Path path) throws LinuxException {
    FileDescriptor file =
        FileDescriptor.of(
            Libc.check(
                "open",
                path.toString(),
                ProcessCalls.open(
                    path.toString(),
                    O_RDWR | O_CREAT | O_NOFOLLOW | ProcessCalls.O_CLOEXEC,
                    OWNER_ONLY)));
    try {
      Libc.check("flock", path.toString(), ProcessCalls.flock(file.number(), LOCK_EX | LOCK_NB));
      return Optional.of(new LockFile(file));
    } catch (LinuxException e) {
      file.close();
      if (e.is(Errno.EAGAIN)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Unlocks it. The file stays. */
  @Override
  public void close() {
    file.close();
  }
}
