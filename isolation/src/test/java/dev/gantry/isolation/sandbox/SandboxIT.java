package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SandboxIT {
  private static SandboxFixture sandboxes;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
  }

  @AfterAll
  static void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void aCommandRunsAndItsOutputIsLogged() throws Exception {
    assertThat(sandboxes.runShell("echo hello")).isEqualTo("hello");
  }

  @Test
  void anExitCodeIsRecorded() throws Exception {
    assertThat(sandboxes.run(sandboxes.shell("exit 7")).exit().code()).isEqualTo(7);
  }
}
