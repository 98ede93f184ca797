package dev.gantry.isolation.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks at a process of its own. */
class ProcessTableIT {
  private Process process;

  @BeforeEach
  void start() throws Exception {
    process = new ProcessBuilder("sh", "-c", "echo; read x; exit", "two\nlines").start();
    assertThat(process.getInputStream().read()).isEqualTo('\n');
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void aProcessIsShownWithItsCommandOnOneLine() {
    ProcessEntry entry = ProcessTable.of(List.of(process.pid())).processes().getFirst();
    assertThat(entry.command()).isEqualTo("sh -c echo; read x; exit two lines");
    assertThat(entry.residentBytes()).isPositive();
  }

  @Test
  void aProcessThatHasOneNumberHasItInsideToo() {
    ProcessEntry entry = ProcessTable.of(List.of(process.pid())).processes().getFirst();
    assertThat(entry.innerPid()).isEqualTo(process.pid());
  }

  @Test
  void whoIsGoneIsLeftOut() throws Exception {
    process.destroyForcibly().waitFor();
    assertThat(ProcessTable.of(List.of(process.pid())).processes()).isEmpty();
  }

  @Test
  void moreThanAThousandAreCountedOnly() {
    List<Long> many = java.util.Collections.nCopies(1003, process.pid());
    assertThat(ProcessTable.of(many).more()).isEqualTo(3);
  }

  @Test
  void whoHasOurNetworkHasNoInterfacesOfItsOwn() {
    assertThat(ProcessTable.interfaces(process.pid())).isEmpty();
  }

  @Test
  void whoHasANetworkOfItsOwnHasItsInterfaces() throws Exception {
    Process apart = new ProcessBuilder("unshare", "-n", "sh", "-c", "echo; read x").start();
    try {
      assertThat(apart.getInputStream().read()).isEqualTo('\n');
      assertThat(ProcessTable.interfaces(apart.pid()).orElseThrow())
          .extracting(InterfaceCounters::name)
          .containsExactly("lo");
    } finally {
      apart.destroyForcibly();
    }
  }
}
