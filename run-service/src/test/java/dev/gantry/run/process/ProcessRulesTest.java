package dev.gantry.run.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.events.EntityId;
import dev.gantry.events.Parsed;
import dev.gantry.events.RunSpec;
import dev.gantry.isolation.sandbox.SandboxSpec;
import dev.gantry.oci.image.ContainerConfig;
import dev.gantry.run.permission.Permissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessRulesTest {
  private static final EntityId ID = new EntityId("0123456789abcdef0123456789abcdef");

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
        List.of());
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
