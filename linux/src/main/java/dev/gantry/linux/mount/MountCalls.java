package dev.gantry.linux.mount;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.gantry.linux.Libc;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * System calls whose numbers are the same on every architecture, and which few C libraries wrap.
 */
final class MountCalls {
  static final int OPEN_TREE = 428;
  static final int MOVE_MOUNT = 429;
  static final int FSOPEN = 430;
  static final int FSCONFIG = 431;
  static final int FSMOUNT = 432;
  static final int MOUNT_SETATTR = 442;
  static final int AT_FDCWD = -100;
  static final int AT_EMPTY_PATH = 0x1000;

  static {
    Native.register(MountCalls.class, "c");
  }

  private MountCalls() {}

  static native long read(int fd, byte[] bytes, long length);

  static native int umount2(String target, int flags);

  /** A call with numbers only. */
  static long call(int number, long a, long b, long c) {
    return Libc.syscall(number, a, b, c, 0, 0, 0);
  }

  /** A text for the kernel, for as long as it is open. */
  record Text(@Nullable Memory memory) implements AutoCloseable {
    static Text of(@Nullable String text) {
      if (text == null) {
        return new Text(null);
      }
      byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
      Memory memory = new Memory(bytes.length);
      memory.write(0, bytes, 0, bytes.length);
      return new Text(memory);
    }

    long address() {
      return memory == null ? 0 : Pointer.nativeValue(memory);
    }

    @Override
    public void close() {
      if (memory != null) {
        memory.close();
      }
    }
  }
}
