package dev.gantry.isolation.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Who has which address of a subnet, kept in a file. Thread-safe; one process at a time has the
 * file open.
 */
public final class AddressPool implements AutoCloseable {
  private AddressPool() {}

  /**
   * Opens the pool, making the file when missing. What was allocated before is still allocated.
   *
   * @throws IOException when another process has it open, or the file is of another subnet
   */
  public static AddressPool open(Path file, Subnet subnet) throws IOException {
    throw new UnsupportedOperationException("" + file + subnet);
  }

  /**
   * The owner's address: the one it has, else a free one, now its own; empty when none is free. It
   * is on disk when this returns. Addresses are given round robin, so that one that was released is
   * not soon somebody else's.
   */
  public Optional<Inet4Address> allocate(String owner) throws IOException {
    throw new UnsupportedOperationException(owner);
  }

  /** The owner's address is free again. An owner without one is success. */
  public void release(String owner) throws IOException {
    throw new UnsupportedOperationException(owner);
  }

  /** All owners with their addresses. */
  public Map<String, Inet4Address> owners() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
