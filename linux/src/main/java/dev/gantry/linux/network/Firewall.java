package dev.gantry.linux.network;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The firewall of the network namespace of the calling thread, through libnftables: commands in the
 * language of nft(8). Thread-safe; commands of all threads run one after the other.
 */
public final class Firewall implements AutoCloseable {
  private static final String LIBRARY = "libnftables.so.1";
  private static final int DEFAULT = 0;
  private static final int JSON = 1 << 4;

  // One for all contexts: the library's parser is not known to be reentrant.
  private static final Object LOCK = new Object();

  private final Pointer context;
  private boolean closed;

  private Firewall(Pointer context) {
    this.context = context;
  }

  /**
   * Opens the firewall.
   *
   * @throws FirewallException when libnftables is not installed
   */
  public static Firewall open() throws FirewallException {
    synchronized (LOCK) {
      try {
        Pointer context = Calls.nft_ctx_new(DEFAULT);
        Calls.nft_ctx_buffer_output(context);
        Calls.nft_ctx_buffer_error(context);
        return new Firewall(context);
      } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
        throw new FirewallException(
            LIBRARY + " cannot be loaded (Debian's package is libnftables1): " + e.getMessage());
      }
    }
  }

  /**
   * Runs commands, separated by line feeds, as one transaction: all of them, or none.
   *
   * @throws FirewallException when the commands are refused
   */
  public void run(String commands) throws FirewallException {
    execute(commands, DEFAULT);
  }

  /**
   * Runs a command that lists something.
   *
   * @return JSON (libnftables-json(5))
   * @throws FirewallException when there is no such thing
   */
  public String list(String command) throws FirewallException {
    return execute(command, JSON);
  }

  private String execute(String commands, int flags) throws FirewallException {
    synchronized (LOCK) {
      if (closed) {
        throw new IllegalStateException("firewall is closed");
      }
      Calls.nft_ctx_output_set_flags(context, flags);
      int result = Calls.nft_run_cmd_from_buffer(context, commands);
      // Both buffers are emptied by being read.
      String output = Calls.nft_ctx_get_output_buffer(context);
      String error = Calls.nft_ctx_get_error_buffer(context);
      if (result != 0) {
        throw new FirewallException("nftables: " + error.strip());
      }
      return output;
    }
  }

  /** Lets go of the library's memory; what was set stays set. */
  @Override
  public void close() {
    synchronized (LOCK) {
      if (!closed) {
        closed = true;
        Calls.nft_ctx_free(context);
      }
    }
  }

  /** The functions of libnftables(3), by their own names. */
  private static final class Calls {
    static {
      Native.register(Calls.class, LIBRARY);
    }

    static native Pointer nft_ctx_new(int flags);

    static native void nft_ctx_free(Pointer context);

    static native int nft_ctx_buffer_output(Pointer context);

    static native int nft_ctx_buffer_error(Pointer context);

    static native void nft_ctx_output_set_flags(Pointer context, int flags);

    static native int nft_run_cmd_from_buffer(Pointer context, String commands);

    static native String nft_ctx_get_output_buffer(Pointer context);

    static native String nft_ctx_get_error_buffer(Pointer context);
  }
}
