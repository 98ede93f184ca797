package dev.gantry.launcher.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.embedded.FreePort;
import dev.gantry.launcher.settings.Port;
import dev.gantry.launcher.settings.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortPlanIT {
  @Test
  void aTakenPortIsRefusedNamingHolderAndSetting() throws Exception {
    try (ServerSocket taken = listen()) {
      Settings settings =
          Settings.from(
              Map.of("GANTRY_INSTANCE", "it", "GANTRY_RUN_PORT", "" + taken.getLocalPort()));

      assertThatThrownBy(() -> PortPlan.of(settings, Map.of()))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("pid " + ProcessHandle.current().pid())
          .hasMessageContaining("java")
          .hasMessageContaining("GANTRY_RUN_PORT");
    }
  }

  @Test
  void onePortForTwoPartsIsRefusedNamingBothSettings() throws Exception {
    String port = "" + FreePort.find();
    Settings settings = named(Map.of("GANTRY_RUN_PORT", port, "GANTRY_BUILD_PORT", port));

    assertThatThrownBy(() -> PortPlan.of(settings, Map.of()))
        .hasMessageContaining("GANTRY_RUN_PORT")
        .hasMessageContaining("GANTRY_BUILD_PORT");
  }

  @Test
  void aNamedInstanceGetsPortsThatDiffer() throws Exception {
    PortPlan plan = PortPlan.of(named(Map.of()), Map.of());

    assertThat(new HashSet<>(plan.ports().values())).hasSize(Port.values().length);
  }

  @Test
  void aNamedInstanceKeepsThePortsThatItHad() throws Exception {
    PortPlan first = PortPlan.of(named(Map.of()), Map.of());

    assertThat(PortPlan.of(named(Map.of()), first.ports())).isEqualTo(first);
  }

  @Test
  void aKeptPortThatIsTakenNowIsReplaced() throws Exception {
    try (ServerSocket taken = listen()) {
      PortPlan plan = PortPlan.of(named(Map.of()), Map.of(Port.KAFKA, taken.getLocalPort()));

      assertThat(plan.of(Port.KAFKA)).isNotEqualTo(taken.getLocalPort());
    }
  }

  @Test
  void aBrokerFromOutsideNeedsNoPort() throws Exception {
    PortPlan plan = PortPlan.of(named(Map.of("GANTRY_KAFKA", "kafka:9092")), Map.of());

    assertThat(plan.ports()).doesNotContainKeys(Port.KAFKA, Port.KAFKA_CONTROLLER);
  }

  @Test
  void aPortThatNobodyHoldsHasNoHolder() throws Exception {
    assertThat(PortHolder.find(FreePort.find())).isEmpty();
  }

  private static Settings named(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("GANTRY_INSTANCE", "it");
    return Settings.from(environment);
  }

  private static ServerSocket listen() throws Exception {
    return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
  }
}
