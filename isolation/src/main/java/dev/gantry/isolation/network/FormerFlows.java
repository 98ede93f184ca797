package dev.gantry.isolation.network;

import dev.gantry.linux.LinuxException;
import dev.gantry.linux.network.FlowTable;
import java.util.Collection;
import java.util.List;

/**
 * Clients that have sent datagrams to a port before go on sending from the same one, perhaps
 * without end: the kernel would send them where the first went, to somebody who is no more.
 */
final class FormerFlows {
  private static final System.Logger LOG = System.getLogger(FormerFlows.class.getName());
  private static final int UDP = 17;

  private FormerFlows() {}

  /** Makes the kernel forget what leads from these ports to others than their targets. */
  static void forget(Collection<Ruleset.Target> targets) {
    List<Ruleset.Target> datagrams =
        targets.stream().filter(target -> target.protocol() == Protocol.UDP).toList();
    if (datagrams.isEmpty()) {
      return;
    }
    try (FlowTable flows = FlowTable.open()) {
      flows.forget(
          flow ->
              flow.protocol() == UDP
                  && datagrams.stream().anyMatch(target -> leadsElsewhere(flow, target)));
    } catch (LinuxException e) {
      LOG.log(System.Logger.Level.WARNING, "flows to former owners of ports go on: {0}", e);
    }
  }

  private static boolean leadsElsewhere(FlowTable.Flow flow, Ruleset.Target target) {
    return flow.wanted().port() == target.host().port()
        && (target.onAnyAddress()
            || flow.wanted().address().getHostAddress().equals(target.host().address()))
        && !(flow.answering().port() == target.sandbox().port()
            && flow.answering().address().getHostAddress().equals(target.sandbox().address()));
  }
}
