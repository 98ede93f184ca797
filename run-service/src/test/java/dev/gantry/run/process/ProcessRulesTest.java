package dev.gantry.run.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.events.EntityId;
import dev.gantry.events.Parsed;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.sandbox.Capability;
import dev.gantry.isolation.sandbox.Rlimit;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.isolation.sandbox.Sysctl;
import dev.gantry.oci.image.ContainerConfig;
import dev.gantry.run.permission.Permissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessRulesTest {
  private static final EntityId ID = new EntityId("0123456789abcdef0123456789abcdef");

  private static final String OWN_PROFILE = "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"}";

  @Test
  void theImagesEntrypointAndCmdAreOneCommand() {
    assertThat(merge("").argv()).containsExactly("/entry", "cmd");
  }

  @Test
  void aCommandReplacesTheImagesCmd() {
    assertThat(merge("\"command\":[\"a\",\"b\"]").argv()).containsExactly("/entry", "a", "b");
  }

  @Test
  void anotherEntrypointDropsTheImagesCmd() {
    assertThat(merge("\"entrypoint\":[\"sh\"]").argv()).containsExactly("sh");
  }

  @Test
  void anEmptyEntrypointLeavesTheCommandAlone() {
    assertThat(merge("\"entrypoint\":[\"\"],\"command\":[\"a\"]").argv()).containsExactly("a");
  }

  @Test
  void nothingToExecuteIsRefused() {
    assertThat(ProcessRules.merge(ContainerConfig.EMPTY, spec(""), ID, Permissions.NONE))
        .isInstanceOf(Parsed.Invalid.class);
  }

  @Test
  void environmentIsMergedByNameAndTheRequestWins() {
    assertThat(merge("\"env\":{\"B\":\"mine\",\"C\":\"x=y\"}").env())
        .containsExactly(
            "PATH=" + ProcessRules.PATH_DEFAULT, "HOSTNAME=0123456789ab", "A=1", "B=mine", "C=x=y");
  }

  @Test
  void theImagesPathIsKept() {
    ContainerConfig image = config(List.of("PATH=/only"), "");
    assertThat(valid(ProcessRules.merge(image, spec(""), ID, Permissions.NONE)).env())
        .contains("PATH=/only");
  }

  @Test
  void hostnameIsTheBeginningOfTheId() {
    assertThat(merge("").hostname()).isEqualTo("0123456789ab");
  }

  @Test
  void aRelativeWorkdirOfAnImageBeginsAtTheRoot() {
    ContainerConfig image = config(List.of(), "srv/www");
    assertThat(valid(ProcessRules.merge(image, spec(""), ID, Permissions.NONE)).workdir())
        .isEqualTo("/srv/www");
  }

  @Test
  void userAndWorkdirOfTheRequestWin() {
    SandboxSpec.Process process = merge("\"user\":\"1000:1000\",\"workdir\":\"/w\"");
    assertThat(List.of(process.user(), process.workdir())).containsExactly("1000:1000", "/w");
  }

  @Test
  void withoutAWordTheCapabilitiesAreTheDefault() {
    assertThat(merge("").capabilities()).isEqualTo(Capability.DEFAULTS);
  }

  @Test
  void capabilitiesAreAddedAndDropped() {
    SandboxSpec.Process process =
        merge("\"capabilities\":{\"add\":[\"net_raw\"],\"drop\":[\"CAP_CHOWN\"]}");

    assertThat(process.capabilities())
        .contains(Capability.NET_RAW)
        .doesNotContain(Capability.CHOWN);
  }

  @Test
  void whatIsAddedRemainsWhenAllOthersAreDropped() {
    assertThat(merge("\"capabilities\":{\"add\":[\"KILL\"],\"drop\":[\"ALL\"]}").capabilities())
        .containsExactly(Capability.KILL);
  }

  @Test
  void addingAllIsWhatDockerHasByDefault() {
    assertThat(merge("\"capabilities\":{\"add\":[\"ALL\"]}").capabilities())
        .isEqualTo(Capability.GRANTABLE);
  }

  @Test
  void aCapabilityThatDoesNotExistCannotBeDropped() {
    assertThat(refused("\"capabilities\":{\"drop\":[\"FLYING\"]}", Permissions.NONE).field())
        .isEqualTo("capabilities.drop");
  }

  @Test
  void unconfinedNeedsPermission() {
    Parsed.Invalid<?> refused = refused("\"seccomp\":\"unconfined\"", Permissions.NONE);

    assertThat(List.of(refused.field(), refused.reason()))
        .containsExactly("seccomp", ReasonCode.FORBIDDEN);
  }

  @Test
  void unconfinedIsHadByPermission() {
    assertThat(permitted("\"seccomp\":\"unconfined\"").seccomp().programs(Set.of())).isEmpty();
  }

  @Test
  void aProfileOfOnesOwnNarrowsTheDefaultOne() {
    assertThat(merge(OWN_PROFILE).seccomp().programs(Set.of())).hasSize(2);
  }

  @Test
  void aProfileOfOnesOwnReplacesTheDefaultOneByPermission() {
    assertThat(permitted(OWN_PROFILE).seccomp().programs(Set.of())).hasSize(1);
  }

  @Test
  void aProfileThatIsNoneIsRefusedWithItsReason() {
    Parsed.Invalid<?> refused =
        refused("\"seccomp\":{\"defaultAction\":\"SCMP_ACT_DANCE\"}", Permissions.NONE);

    assertThat(refused.field() + ": " + refused.message()).matches("seccomp: .*SCMP_ACT_DANCE");
  }

  @Test
  void aLimitBeyondTheHostsIsRefusedByItsName() {
    Parsed.Invalid<?> refused =
        refused("\"resources\":{\"ulimits\":{\"nofile\":1000000000000}}", Permissions.NONE);

    assertThat(List.of(refused.field(), refused.reason()))
        .containsExactly("resources.ulimits.nofile", ReasonCode.UNSUPPORTED);
  }

  @Test
  void limitsAndScoreAreAsAskedFor() {
    SandboxSpec.Process process =
        merge(
            "\"resources\":{\"oomScoreAdjust\":5,"
                + "\"ulimits\":{\"nofile\":{\"soft\":10,\"hard\":20}}}");

    assertThat(process.limits())
        .containsExactly(Map.entry(Rlimit.NOFILE, new Rlimit.Bounds(10, 20)));
    assertThat(process.oomScoreAdjust()).hasValue(5);
  }

  @Test
  void groupsTerminalAndInputAreAsAskedFor() {
    SandboxSpec.Process process = merge("\"groups\":[\"wheel\"],\"tty\":true,\"stdin\":true");

    assertThat(List.of(process.groups(), process.terminal(), process.stdin()))
        .containsExactly(List.of("wheel"), true, true);
  }

  @Test
  void settingsOfItsNamespacesAreAsAskedFor() {
    assertThat(merge("\"sysctls\":{\"net.ipv4.ip_default_ttl\":\"7\"}").sysctls())
        .containsExactly(Map.entry(new Sysctl("net.ipv4.ip_default_ttl"), "7"));
  }

  private static Parsed.Invalid<SandboxSpec.Process> refused(
      String fields, Permissions permissions) {
    return (Parsed.Invalid<SandboxSpec.Process>)
        ProcessRules.merge(config(List.of(), ""), spec(fields), ID, permissions);
  }

  private static SandboxSpec.Process permitted(String fields) {
    return valid(
        ProcessRules.merge(
            config(List.of(), ""), spec(fields), ID, new Permissions(true, false, List.of())));
  }

  private static SandboxSpec.Process merge(String fields) {
    return valid(
        ProcessRules.merge(
            config(List.of("A=1", "B=2"), "/srv"), spec(fields), ID, Permissions.NONE));
  }

  private static SandboxSpec.Process valid(Parsed<SandboxSpec.Process> parsed) {
    return ((Parsed.Valid<SandboxSpec.Process>) parsed).value();
  }

  private static ContainerConfig config(List<String> env, String workdir) {
    return new ContainerConfig(
        "www",
        env,
        List.of("/entry"),
        List.of("cmd"),
        workdir,
        Map.of(),
        List.of(),
        List.of(),
        "",
        List.of(),
        List.of(),
        Optional.empty());
  }

  private static RunSpec spec(String fields) {
    try {
      String json = "{\"image\":\"hello:1\"" + (fields.isEmpty() ? "" : "," + fields) + "}";
      return ((Parsed.Valid<RunSpec>) RunSpec.parse(new JsonMapper().readTree(json))).value();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
