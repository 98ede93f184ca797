package dev.gantry.isolation.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.linux.Libc;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A host as Docker leaves it, in a network namespace of a thread: forwarded packets are dropped,
 * and the chain DOCKER-USER is asked first.
 */
class DockerUserChainIT {
  private static final long SYS_UNSHARE = 272;
  private static final long CLONE_NEWNET = 0x40000000L;
  private static final String BRIDGE = "gtdocker0";

  @Test
  void sandboxesReachEachOtherAlthoughDockerDropsWhatIsForwarded() throws Exception {
    assertThat(onDockersHost(() -> answerOfANeighbour())).isEqualTo("hello");
  }

  @Test
  void rulesAreAddedOnce() throws Exception {
    assertThat(
            onDockersHost(
                () -> {
                  DockerUserChain chain = new DockerUserChain(BRIDGE);
                  chain.admit();
                  chain.admit();
                  return rulesOfOurs();
                }))
        .isEqualTo(2);
  }

  @Test
  void revokedRulesAreGone() throws Exception {
    assertThat(
            onDockersHost(
                () -> {
                  DockerUserChain chain = new DockerUserChain(BRIDGE);
                  chain.admit();
                  chain.revoke();
                  return rulesOfOurs();
                }))
        .isZero();
  }

  private static String answerOfANeighbour() throws Exception {
    BridgeNetwork network = BridgeNetwork.ensure(BRIDGE, Subnet.parse("10.218.9.0/24"));
    String suffix = "docker" + ProcessHandle.current().pid();
    try (PortTable table = PortTable.open("docker", network, List.of());
        NetworkNamespace server =
            new NetworkNamespace(
                "gt-s" + suffix, network.attachment("docker", "s", network.subnet().address(2)));
        NetworkNamespace client =
            new NetworkNamespace(
                "gt-c" + suffix, network.attachment("docker", "c", network.subnet().address(3)))) {
      server.serve(80, "hello");
      assertThat(table.published()).isEmpty();
      return client.connect(server.address(), 80).output();
    }
  }

  private static long rulesOfOurs() throws Exception {
    return NetworkNamespace.run("iptables", "-S", "DOCKER-USER")
        .output()
        .lines()
        .filter(line -> line.contains(BRIDGE))
        .count();
  }

  /** The namespace, and all in it, goes with the thread. */
  private static <T> T onDockersHost(Callable<T> test) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                Libc.check("unshare", Libc.syscall(SYS_UNSHARE, CLONE_NEWNET, 0, 0, 0, 0, 0));
                NetworkNamespace.must("iptables", "-P", "FORWARD", "DROP");
                NetworkNamespace.must("iptables", "-N", "DOCKER-USER");
                NetworkNamespace.must("iptables", "-A", "FORWARD", "-j", "DOCKER-USER");
                result.complete(test.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    thread.start();
    thread.join();
    return result.get();
  }
}
