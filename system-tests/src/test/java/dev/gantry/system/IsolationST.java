package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a process inside a container can see and do. */
class IsolationST {
  private final Platform platform = Platform.shared();
  private final Runs runs = new Runs(platform);
  private final Bus bus = platform.bus();

  @Test
  void aContainerSeesOnlyItsOwnProcesses() {
    assertThat(runs.output("ls -d /proc/[0-9]* | wc -l").trim()).matches("[1-4]");
  }

  @Test
  void aContainerSeesOnlyItsOwnFiles() {
    Path secret = platform.home().resolve("platform.json");

    assertThat(runs.output("cat " + secret + " /proc/1/root" + secret + " 2>&1; echo over"))
        .contains("No such file")
        .endsWith("over\n");
  }

  @Test
  void aContainerSeesOnlyItsOwnNetwork() {
    String links = runs.output("ls /sys/class/net");

    assertThat(links.split("\\s+")).containsExactlyInAnyOrder("eth0", "lo");
  }

  @Test
  void theHostnameIsTheOneThatWasAskedFor() {
    assertThat(runs.output("hostname", "\"hostname\":\"stern\"")).isEqualTo("stern\n");
  }

  @Test
  void rootInsideIsNotRootOutside() throws IOException {
    String id = runs.start(Runs.shell("id -u; sleep 300"));
    JsonNode run = runs.awaitState(id, "running");
    Path status = Path.of("/proc", run.path("pid").asText(), "status");

    String uid =
        Files.readAllLines(status).stream().filter(l -> l.startsWith("Uid:")).findFirst().get();

    assertThat(Integer.parseInt(uid.split("\\s+")[1])).isGreaterThan(65535);
    Await.until("the log", Duration.ofSeconds(20), () -> !runs.log(id).isEmpty());
    assertThat(runs.log(id)).isEqualTo("0\n");
    runs.remove(id);
  }

  @Test
  void aContainerCannotMountNorMakeDevices() {
    assertThat(runs.output("exec 2>&1; mount -t tmpfs t /mnt; mknod /tmp/d b 8 0; echo over"))
        .contains("denied")
        .endsWith("over\n");
  }

  @Test
  void capabilitiesAreTheReducedSetAndNewPrivilegesAreOff() {
    String status = runs.output("grep -E 'CapBnd|NoNewPrivs|Seccomp:' /proc/self/status");

    assertThat(status).contains("NoNewPrivs:\t1").contains("Seccomp:\t2");
    assertThat(status).doesNotContain("CapBnd:\t000001ffffffffff");
  }

  @Test
  void aContainerOverItsMemoryIsKilledAndTheEventSaysSo() {
    String id =
        bus.run(
            UUID.randomUUID().toString(),
            Runs.shell("x=x; while :; do x=$x$x; done", "\"resources\":{\"memory\":\"16m\"}"));

    JsonNode exited = bus.await(Bus.RUN_EVENTS, id, "exited");

    assertThat(exited.at("/data/oomKilled").asBoolean()).as(exited.toString()).isTrue();
    assertThat(exited.at("/data/code").asInt()).isEqualTo(137);
    runs.remove(id);
  }

  @Test
  void aForkBombIsHeldByThePidsLimit() {
    String id =
        runs.start(
            Runs.shell(
                "i=0; while [ $i -lt 200 ]; do sleep 300 & i=$((i+1)); done; sleep 300",
                "\"resources\":{\"pids\":20}"));

    Await.until(
        "the refusal of a fork", Duration.ofSeconds(30), () -> runs.log(id).contains("fork"));
    JsonNode run = runs.get(id);
    assertThat(run.path("state").asText()).isIn("running", "exited");
    runs.remove(id);
  }

  @Test
  void anExitCodeIsReportedAsItWas() {
    String id = bus.run(UUID.randomUUID().toString(), Runs.shell("exit 42"));

    JsonNode exited = bus.await(Bus.RUN_EVENTS, id, "exited");

    assertThat(exited.at("/data/code").asInt()).isEqualTo(42);
    runs.remove(id);
  }

  @Test
  void aProcessThatIgnoresTheStopSignalIsKilledAfterTheGrace() {
    String id = runs.start(Runs.shell("trap '' TERM; while :; do sleep 1; done"));
    runs.awaitState(id, "running");

    Http.post(runs.url() + "/" + id + "/stop?graceSeconds=1", "application/json", new byte[0]);

    JsonNode stopped = bus.await(Bus.RUN_EVENTS, id, "stopped");
    assertThat(stopped.at("/data/forced").asBoolean()).isTrue();
    runs.remove(id);
  }
}
