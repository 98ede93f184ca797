package dev.gantry.isolation.network;

import dev.gantry.isolation.journal.OwnerJournal;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who has which address of a subnet, kept in a file. Thread-safe; one process at a time has the
 * file open.
 *
 * <p>Allocations survive the end of this process. The end of the machine may take the last ones
 * along, which is no loss: it has taken the sandboxes, too.
 */
public final class AddressPool implements AutoCloseable {
  private static final int FIRST_OFFSET = 1;

  private final OwnerJournal journal;
  private final Subnet subnet;
  private final int gateway;
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private final TreeMap<Integer, String> owners = new TreeMap<>();
  private int last = FIRST_OFFSET - 1;

  private AddressPool(OwnerJournal journal, Subnet subnet, Inet4Address gateway) {
    this.journal = journal;
    this.subnet = subnet;
    this.gateway = subnet.offset(gateway);
    journal.values().forEach((owner, address) -> remember(owner, offset(address)));
  }

  /**
   * Opens the pool, making the file when missing. What was allocated before is still allocated.
   *
   * @throws IOException when another process has it open, or the file is of another subnet
   */
  public static AddressPool open(Path file, Subnet subnet) throws IOException {
    return open(file, subnet, subnet.gateway());
  }

  /** The same for a subnet whose bridge has this address rather than the first. */
  public static AddressPool open(Path file, Subnet subnet, Inet4Address gateway)
      throws IOException {
    return new AddressPool(
        OwnerJournal.open(file, "addresses of " + subnet, OwnerJournal.Survives.PROCESS),
        subnet,
        gateway);
  }

  /** What came of the wish for one certain address. */
  public sealed interface Claim {
    /** It is the owner's. */
    record Granted(Inet4Address address) implements Claim {}

    /** It is another's. */
    record Taken(String holder) implements Claim {}

    /** It is no address of a sandbox here. */
    record Unfit(String reason) implements Claim {}
  }

  /**
   * Gives an owner this very address. One that has another address here gives that back. It is in
   * the file when this returns.
   */
  public synchronized Claim claim(String owner, Inet4Address address) throws IOException {
    if (!subnet.isHost(address)) {
      return new Claim.Unfit("is no address for a run in " + subnet);
    }
    int offset = subnet.offset(address);
    if (offset == gateway) {
      return new Claim.Unfit("is the address of the network's bridge");
    }
    String holder = owners.get(offset);
    if (holder == null) {
      release(owner);
      journal.put(owner, address.getHostAddress());
      remember(owner, offset);
      return new Claim.Granted(address);
    }
    return holder.equals(owner) ? new Claim.Granted(address) : new Claim.Taken(holder);
  }

  /**
   * The owner's address: the one it has, else a free one, now its own; empty when none is free. It
   * is in the file when this returns. Addresses are given round robin, so that one that was
   * released is not soon somebody else's.
   */
  public synchronized Optional<Inet4Address> allocate(String owner) throws IOException {
    Integer offset = offsets.get(owner);
    if (offset == null) {
      if (owners.size() == subnet.capacity()) {
        return Optional.empty();
      }
      offset = nextFree();
      journal.put(owner, subnet.address(offset).getHostAddress());
      remember(owner, offset);
    }
    return Optional.of(subnet.address(offset));
  }

  /** The owner's address is free again. An owner without one is success. */
  public synchronized void release(String owner) throws IOException {
    journal.remove(owner);
    Integer offset = offsets.remove(owner);
    if (offset != null) {
      owners.remove(offset);
    }
  }

  /** The owner's address, if it has one. */
  public synchronized Optional<Inet4Address> address(String owner) {
    return Optional.ofNullable(offsets.get(owner)).map(subnet::address);
  }

  /** All owners with their addresses. */
  public synchronized Map<String, Inet4Address> owners() {
    Map<String, Inet4Address> addresses = new LinkedHashMap<>();
    offsets.forEach((owner, offset) -> addresses.put(owner, subnet.address(offset)));
    return addresses;
  }

  @Override
  public synchronized void close() throws IOException {
    journal.close();
  }

  private int nextFree() {
    int offset = last;
    do {
      // The capacity leaves out the gateway, which may be anywhere.
      offset = offset == subnet.capacity() + 1 ? FIRST_OFFSET : offset + 1;
    } while (offset == gateway || owners.containsKey(offset));
    return offset;
  }

  private void remember(String owner, int offset) {
    offsets.put(owner, offset);
    owners.put(offset, owner);
    last = offset;
  }

  private int offset(String address) {
    return subnet.offset(Inet4Address.ofLiteral(address));
  }
}
