package dev.gantry.linux.file;

import dev.gantry.linux.Errno;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.time.Instant;

/** An open regular file. One thread at a time. */
public final class FileFd implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final byte[] ITSELF = {0};
  private static final int SEEK_SET = 0;

  private final FileDescriptor descriptor;
  private final String name;

  private FileFd(FileDescriptor descriptor, String name) {
    this.descriptor = descriptor;
    this.name = name;
  }

  /** Takes over a descriptor; closes it again when it is not a regular file's. */
  static FileFd regular(int fd, String name) throws LinuxException {
    FileDescriptor descriptor = FileDescriptor.of(fd);
    try {
      if (stat(fd, name).type() != FileType.REGULAR) {
        throw new LinuxException("open", Errno.EINVAL.number(), name + ", not a regular file");
      }
      return new FileFd(descriptor, name);
    } catch (LinuxException e) {
      descriptor.close();
      throw e;
    }
  }

  /** The open descriptor; it stays this object's. */
  public FileDescriptor descriptor() {
    return descriptor;
  }

  /** Reads up to the buffer's remaining bytes; -1 at the end. Direct buffers are not copied. */
  public int read(ByteBuffer into) throws LinuxException {
    if (!into.isDirect()) {
      return readCopying(into);
    }
    long result;
    do {
      result = FileCalls.read(descriptor.number(), address(into), into.remaining());
    } while (FileCalls.interrupted(result));
    int count = (int) FileCalls.check("read", name, result);
    into.position(into.position() + count);
    return count == 0 && into.hasRemaining() ? -1 : count;
  }

  private int readCopying(ByteBuffer into) throws LinuxException {
    ByteBuffer direct = ByteBuffer.allocateDirect(Math.min(BUFFER_BYTES, into.remaining()));
    int count = read(direct);
    into.put(direct.flip());
    return count;
  }

  /** Writes all that remains in the buffer. Direct buffers are not copied. */
  public void write(ByteBuffer from) throws LinuxException {
    if (!from.isDirect()) {
      writeCopying(from);
      return;
    }
    while (from.hasRemaining()) {
      long result = FileCalls.write(descriptor.number(), address(from), from.remaining());
      if (!FileCalls.interrupted(result)) {
        int count = (int) FileCalls.check("write", name, result);
        from.position(from.position() + count);
      }
    }
  }

  private void writeCopying(ByteBuffer from) throws LinuxException {
    ByteBuffer direct = ByteBuffer.allocateDirect(Math.min(BUFFER_BYTES, from.remaining()));
    while (from.hasRemaining()) {
      direct.clear();
      ByteBuffer part = from.slice(from.position(), Math.min(direct.capacity(), from.remaining()));
      from.position(from.position() + part.remaining());
      write(direct.put(part).flip());
    }
  }

  private static long address(ByteBuffer direct) {
    return MemorySegment.ofBuffer(direct).address();
  }

  /** A stream over the file from its current position; closing it closes the file. */
  public InputStream input() {
    return new FileInput(this, BUFFER_BYTES);
  }

  /** A buffered stream over the file from its current position; closing it closes the file. */
  public OutputStream output() {
    return new FileOutput(this, BUFFER_BYTES);
  }

  /** A channel over the same file, opened anew: with a position of its own, to be closed itself. */
  public FileChannel channel(OpenOption... options) throws IOException {
    return FileChannel.open(descriptor.path(), options);
  }

  /** Moves to an offset from the start; a write behind the end leaves a hole. */
  public void seek(long offset) throws LinuxException {
    FileCalls.check("lseek", name, FileCalls.lseek(descriptor.number(), offset, SEEK_SET));
  }

  /** Cuts or extends it to this size; an extension is a hole. */
  public void truncate(long size) throws LinuxException {
    FileCalls.check("ftruncate", name, FileCalls.ftruncate(descriptor.number(), size));
  }

  /** What statx(2) says about it. */
  public FileStatus stat() throws LinuxException {
    return stat(descriptor.number(), name);
  }

  static FileStatus stat(int fd, String name) throws LinuxException {
    byte[] status = new byte[FileStatus.STATX_BYTES];
    int flags = FileCalls.AT_EMPTY_PATH;
    int result = FileCalls.statx(fd, ITSELF, flags, FileStatus.STATX_BASIC_STATS, status);
    FileCalls.check("statx", name, result);
    return FileStatus.of(status);
  }

  /** Sets the owner; the kernel clears setuid, setgid and capabilities by it. */
  public void chown(int uid, int gid) throws LinuxException {
    FileCalls.check("fchown", name, FileCalls.fchown(descriptor.number(), uid, gid));
  }

  /** Sets the permission bits (07777). */
  public void chmod(int mode) throws LinuxException {
    FileCalls.check("fchmod", name, FileCalls.fchmod(descriptor.number(), mode));
  }

  /** Sets the times of last modification and access, to the nanosecond. */
  public void setTimes(Instant time) throws LinuxException {
    FileCalls.check("futimens", name, FileCalls.futimens(descriptor.number(), timespecs(time)));
  }

  static long[] timespecs(Instant time) {
    long seconds = time.getEpochSecond();
    return new long[] {seconds, time.getNano(), seconds, time.getNano()};
  }

  /** Sets an extended attribute. */
  public void setXattr(String attribute, byte[] value) throws LinuxException {
    byte[] key = FileName.encodeTerminated(attribute);
    int result = FileCalls.fsetxattr(descriptor.number(), key, value, value.length, 0);
    FileCalls.check("fsetxattr", name + " " + attribute, result);
  }

  /** fsync: data and metadata are durable afterwards, the name only with its directory's fsync. */
  public void sync() throws LinuxException {
    FileCalls.check("fsync", name, FileCalls.fsync(descriptor.number()));
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
