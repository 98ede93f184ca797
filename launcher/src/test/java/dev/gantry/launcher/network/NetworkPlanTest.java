package dev.gantry.launcher.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkPlanTest {
  private static final String HEADING =
      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT";

  @Test
  void twoInstancesShareNothing() throws Exception {
    NetworkPlan one = NetworkPlan.of("one", List.of(HEADING));
    NetworkPlan two = NetworkPlan.of("two", List.of(HEADING));

    assertThat(List.of(one.runBridge(), one.buildBridge()))
        .doesNotContain(two.runBridge(), two.buildBridge());
    assertThat(one.runSubnet()).isNotEqualTo(two.runSubnet());
    assertThat(one.cgroupParent()).isNotEqualTo(two.cgroupParent());
    assertThat(Math.abs(one.runIdBase() - two.runIdBase())).isGreaterThan(21_000_000L);
  }

  @Test
  void theSameInstanceGetsTheSamePlan() throws Exception {
    assertThat(NetworkPlan.of("one", List.of(HEADING)))
        .isEqualTo(NetworkPlan.of("one", List.of(HEADING)));
  }

  @Test
  void bridgesHaveNamesThatTheKernelTakes() throws Exception {
    NetworkPlan plan = NetworkPlan.of("a-name-of-twenty-cha", List.of(HEADING));

    assertThat(plan.runBridge()).hasSizeLessThanOrEqualTo(15);
    assertThat(plan.buildBridge()).hasSizeLessThanOrEqualTo(15);
  }

  @Test
  void aSubnetThatTheHostUsesIsLeftAlone() throws Exception {
    NetworkPlan free = NetworkPlan.of("one", List.of(HEADING));

    NetworkPlan beside = NetworkPlan.of("one", List.of(HEADING, route(free.buildSubnet())));

    assertThat(beside.runSubnet()).isNotEqualTo(free.runSubnet());
  }

  @Test
  void userIdsFitIntoASignedNumber() throws Exception {
    for (int i = 0; i < 100; i++) {
      NetworkPlan plan = NetworkPlan.of("i" + i, List.of(HEADING));
      assertThat(plan.buildIdBase() + 6_000_000L).isLessThan(Integer.MAX_VALUE);
    }
  }

  @Test
  void defaultAndProviderRoutesDoNotCount() throws Exception {
    NetworkPlan free = NetworkPlan.of("one", List.of(HEADING));

    assertThat(NetworkPlan.of("one", List.of(HEADING, route("0.0.0.0/0"), route("10.0.0.0/8"))))
        .isEqualTo(free);
  }

  @Test
  void aHostWithoutAFreeSubnetIsToldSo() {
    List<String> routes = new ArrayList<>(List.of(HEADING));
    for (int octet = 212; octet <= 250; octet++) {
      routes.add(route("10." + octet + ".0.0/16"));
    }

    assertThatThrownBy(() -> NetworkPlan.of("one", routes)).hasMessageContaining("10.212.0.0");
  }

  /** A line as the kernel writes it, from a.b.c.d/prefix. */
  private static String route(String subnet) {
    String[] parts = subnet.split("[./]");
    StringBuilder destination = new StringBuilder();
    for (int i = 3; i >= 0; i--) {
      destination.append(String.format("%02X", Integer.parseInt(parts[i])));
    }
    int prefix = Integer.parseInt(parts[4]);
    int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
    return String.join(
        "\t",
        "eth9",
        destination,
        "00000000",
        "0001",
        "0",
        "0",
        "0",
        String.format("%08X", Integer.reverseBytes(mask)),
        "0",
        "0",
        "0");
  }
}
