package dev.gantry.linux.mount;

import com.sun.jna.Native;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/** The mounts that a thread sees. */
public final class MountNamespace {
  private static final int CLONE_NEWNS = 0x20000;
  private static final long PRIVATE_RECURSIVELY = 0x40000 | 0x4000;

  static {
    Native.register(MountNamespace.class, "c");
  }

  private MountNamespace() {}

  private static native int unshare(int flags);

  private static native int mount(
      String source, String target, @Nullable String type, long flags, @Nullable String data);

  /**
   * Gives the calling platform thread mounts of its own: what it mounts from now on nobody else
   * sees, and it is gone when the thread ends. There is no way back.
   */
  public static void leave() throws LinuxException {
    Libc.check("unshare", unshare(CLONE_NEWNS));
    Libc.check("mount", "/", mount("none", "/", null, PRIVATE_RECURSIVELY, null));
  }
}
