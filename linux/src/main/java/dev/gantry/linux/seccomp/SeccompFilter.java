package dev.gantry.linux.seccomp;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** A filter in the making, through libseccomp. Not thread-safe. */
public final class SeccompFilter implements AutoCloseable {
  private static final String LIBRARY = "libseccomp.so.2";
  private static final int COMPARISON_BYTES = 24;
  private static final int UNKNOWN = -1;
  private static final int MFD_CLOEXEC = 1;
  private static final int OPTIMIZE = 8;
  private static final int BINARY_TREE = 2;

  private final Pointer context;
  private boolean released;

  private SeccompFilter(Pointer context) {
    this.context = context;
  }

  /**
   * Starts a filter for the architecture of this machine.
   *
   * @param otherwise what is done with calls that no rule matches
   * @throws IOException when libseccomp is not installed
   */
  public static SeccompFilter open(Action otherwise) throws IOException {
    try {
      Pointer context = Calls.seccomp_init(otherwise.code());
      if (context == null) {
        throw new LinuxException("seccomp_init", Native.getLastError());
      }
      // The kernel walks the filter once for each call there is when it is installed: a tree makes
      // that cheap. Where the library is too old for it, the filter is a list, and right as well.
      Calls.seccomp_attr_set(context, OPTIMIZE, BINARY_TREE);
      return new SeccompFilter(context);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new IOException(
          LIBRARY + " cannot be loaded (Debian's package is libseccomp2): " + e.getMessage(), e);
    }
  }

  /** The number by which the kernel names this machine's architecture (AUDIT_ARCH_…). */
  public static int nativeArchitecture() {
    return Calls.seccomp_arch_native();
  }

  /**
   * Makes the filter govern programs of another architecture too, which this machine also runs.
   *
   * @param name libseccomp's name: {@code x86}, {@code x32}, {@code arm}
   */
  public void architecture(String name) throws LinuxException {
    int token = Calls.seccomp_arch_resolve_name(name);
    if (token == 0) {
      throw new IllegalArgumentException("not an architecture: " + name);
    }
    if (Calls.seccomp_arch_exist(context, token) != 0) {
      check("seccomp_arch_add", name, Calls.seccomp_arch_add(context, token));
    }
  }

  /**
   * Adds a rule for a system call.
   *
   * @param conditions all of them must hold; none: always
   * @return whether the library knows the call; else nothing is added
   */
  public boolean rule(Action action, String systemCall, List<Comparison> conditions)
      throws LinuxException {
    int number = Calls.seccomp_syscall_resolve_name(systemCall);
    if (number == UNKNOWN) {
      return false;
    }
    try (Memory array = new Memory((long) COMPARISON_BYTES * Math.max(1, conditions.size()))) {
      for (int i = 0; i < conditions.size(); i++) {
        Comparison condition = conditions.get(i);
        long at = (long) i * COMPARISON_BYTES;
        array.setInt(at, condition.argument());
        array.setInt(at + 4, condition.operator().code());
        array.setLong(at + 8, condition.first());
        array.setLong(at + 16, condition.second());
      }
      check(
          "seccomp_rule_add",
          systemCall,
          Calls.seccomp_rule_add_array(context, action.code(), number, conditions.size(), array));
    }
    return true;
  }

  /** The filter program: an array of struct sock_filter. */
  public byte[] program() throws IOException {
    int fd = Libc.check("memfd_create", Memfd.memfd_create("seccomp", MFD_CLOEXEC));
    try (FileDescriptor file = FileDescriptor.of(fd)) {
      check("seccomp_export_bpf", "", Calls.seccomp_export_bpf(context, file.number()));
      return Files.readAllBytes(file.path());
    }
  }

  @Override
  public void close() {
    if (!released) {
      released = true;
      Calls.seccomp_release(context);
    }
  }

  /** libseccomp returns negative error numbers. */
  private static void check(String call, String detail, int result) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(call, -result, detail);
    }
  }

  /** The functions of libseccomp, by their own names. */
  private static final class Calls {
    static {
      Native.register(Calls.class, LIBRARY);
    }

    static native Pointer seccomp_init(int otherwise);

    static native void seccomp_release(Pointer context);

    static native int seccomp_attr_set(Pointer context, int attribute, int value);

    static native int seccomp_arch_native();

    static native int seccomp_arch_resolve_name(String name);

    static native int seccomp_arch_exist(Pointer context, int token);

    static native int seccomp_arch_add(Pointer context, int token);

    static native int seccomp_syscall_resolve_name(String name);

    static native int seccomp_rule_add_array(
        Pointer context, int action, int systemCall, int conditions, Pointer array);

    static native int seccomp_export_bpf(Pointer context, int fd);
  }

  /** From the C library. */
  private static final class Memfd {
    static {
      Native.register(Memfd.class, "c");
    }

    static native int memfd_create(String name, int flags);
  }
}
