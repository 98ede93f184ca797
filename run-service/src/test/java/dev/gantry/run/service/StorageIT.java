package dev.gantry.run.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Volumes, mounts, copies and images of runs, on a host of its own. */
class StorageIT {
  private static TestHost host;
  private static Path shared;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost();
    shared = Files.createDirectories(host.directory.resolve("shared"));
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private static String mounts(String... mounts) {
    return "\"mounts\":[" + String.join(",", mounts) + "]";
  }

  private static String log(String run) throws Exception {
    return host.service.get("/v1/runs/" + run + "/logs").text();
  }

  private static String output(String script, String... fields) throws Exception {
    String run = host.start(id(), script, fields);
    host.bus.await(run, "exited");
    return log(run);
  }

  // ---- volumes

  @Test
  void aVolumeKeepsWhatOneRunWroteForTheNext() throws Exception {
    output("echo kept > /data/f", mounts("\"kept-volume:/data\""));
    assertThat(output("cat /data/f", mounts("\"kept-volume:/data\""))).isEqualTo("kept\n");
  }

  @Test
  void aReadOnlyVolumeCannotBeWritten() throws Exception {
    assertThat(output("echo x > /data/f || echo refused", mounts("\"ro-volume:/data:ro\"")))
        .contains("refused");
  }

  @Test
  void anEmptyVolumeIsFilledWithWhatTheImageHasThere() throws Exception {
    assertThat(output("cat /etc/group", mounts("\"etc-volume:/etc\""))).contains("root:x:0");
  }

  @Test
  void withNoCopyItStaysEmpty() throws Exception {
    assertThat(
            output(
                "cat /srv/group || echo empty",
                mounts(
                    "{\"type\":\"volume\",\"source\":\"no-copy\",\"target\":\"/etc\",\"noCopy\":true}")))
        .contains("empty");
  }

  @Test
  void aVolumeOfARunThatIsNotRemovedIsInUse() throws Exception {
    String run = host.start(id(), "exit 0", mounts("\"used-volume:/data\""));
    host.bus.await(run, "exited");
    ServiceProcess.Answer answer = host.service.delete("/v1/volumes/used-volume");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().path("code").asText()).isEqualTo("VOLUME_IN_USE");
    assertThat(answer.text()).contains(run);
  }

  @Test
  void aVolumeOutlivesItsRunsAndTheServiceAndThenIsRemoved() throws Exception {
    String run = host.start(id(), "echo x > /data/f", mounts("\"lasting:/data\""));
    host.bus.await(run, "exited");
    host.service.kill();
    host.service.start();
    assertThat(host.service.delete("/v1/volumes/lasting").status()).isEqualTo(409);
    host.service.delete("/v1/runs/" + run);
    host.bus.await(run, "removed");
    assertThat(host.service.get("/v1/volumes/lasting").json().path("bytes").asLong()).isEqualTo(2);
    assertThat(host.service.delete("/v1/volumes/lasting").status()).isEqualTo(204);
    assertThat(host.service.get("/v1/volumes/lasting").status()).isEqualTo(404);
  }

  @Test
  void anAnonymousVolumeGoesWhereThatIsAskedFor() throws Exception {
    String kept = host.start(id(), "exit 0", mounts("\"/data\""));
    String gone = host.start(id(), "exit 0", mounts("\"/data\""));
    host.bus.await(kept, "exited");
    host.bus.await(gone, "exited");
    int before = anonymous();
    host.service.delete("/v1/runs/" + kept);
    host.service.delete("/v1/runs/" + gone + "?volumes=true");
    host.bus.await(kept, "removed");
    host.bus.await(gone, "removed");
    assertThat(anonymous()).isEqualTo(before - 1);
  }

  private static int anonymous() throws Exception {
    int count = 0;
    for (JsonNode volume : host.service.get("/v1/volumes").json().path("items")) {
      count += volume.path("anonymous").asBoolean() ? 1 : 0;
    }
    return count;
  }

  @Test
  void aSubpathIsAllThatTheRunSees() throws Exception {
    output("mkdir -p /data/a/b; echo in > /data/a/b/f", mounts("\"sub-volume:/data\""));
    assertThat(
            output(
                "cat /m/f",
                mounts(
                    "{\"type\":\"volume\",\"source\":\"sub-volume\",\"target\":\"/m\",\"subpath\":\"a/b\"}")))
        .isEqualTo("in\n");
  }

  @Test
  void aSubpathThatLeadsOutOfTheVolumeIsRefused() throws Exception {
    output("ln -s / /data/out", mounts("\"trap-volume:/data\""));
    String run =
        host.start(
            id(),
            "ls /m",
            mounts(
                "{\"type\":\"volume\",\"source\":\"trap-volume\",\"target\":\"/m\",\"subpath\":\"out\"}"));
    JsonNode rejected = host.bus.await(run, "rejected").path("data");
    assertThat(rejected.path("reason").asText()).isEqualTo("FORBIDDEN");
    assertThat(rejected.path("field").asText()).isEqualTo("mounts[0].subpath");
  }

  // ---- the host's files

  @Test
  void whatIsBelowAnAllowedRootIsMounted() throws Exception {
    Files.createDirectories(shared.resolve("bound"));
    Files.writeString(shared.resolve("bound/f"), "host\n");
    assertThat(
            output("cat /h/f; echo back > /h/g", mounts("\"" + shared.resolve("bound") + ":/h\"")))
        .isEqualTo("host\n");
    assertThat(shared.resolve("bound/g")).hasContent("back");
  }

  @Test
  void whatIsNotIsRefused() throws Exception {
    String run = host.start(id(), "ls /h", mounts("\"/etc:/h\""));
    JsonNode rejected = host.bus.await(run, "rejected").path("data");
    assertThat(rejected.path("reason").asText()).isEqualTo("FORBIDDEN");
    assertThat(rejected.path("field").asText()).isEqualTo("mounts[0].source");
  }

  @Test
  void aLinkOutOfTheRootIsRefused() throws Exception {
    Files.createSymbolicLink(shared.resolve("etc"), Path.of("/etc"));
    String run = host.start(id(), "ls /h", mounts("\"" + shared.resolve("etc") + ":/h\""));
    assertThat(host.bus.await(run, "rejected").path("data").path("reason").asText())
        .isEqualTo("FORBIDDEN");
  }

  @Test
  void aTmpfsHasItsSizeAndMode() throws Exception {
    assertThat(
            output(
                "cat /proc/mounts",
                mounts("{\"type\":\"tmpfs\",\"target\":\"/t\",\"size\":\"1m\",\"mode\":\"0700\"}")))
        .containsPattern("tmpfs /t tmpfs rw,nosuid,nodev,.*size=1024k,mode=700");
  }

  // ---- copies

  @Test
  void aFileIsCopiedOutOfARunThatRuns() throws Exception {
    String run = host.start(id(), "echo out > /tmp/f; sleep 60");
    host.bus.await(run, "started");
    Await.until("the file", () -> get(run, "/tmp/f").status() == 200);
    assertThat(Tar.files(get(run, "/tmp/f").bytes())).containsEntry("f", "out\n");
    force(run);
  }

  @Test
  void aFileOfAVolumeIsCopiedOutOfARunThatIsOver() throws Exception {
    String run =
        host.start(id(), "echo out > /data/f; echo own > /own", mounts("\"copy-v:/data\""));
    host.bus.await(run, "exited");
    assertThat(Tar.files(get(run, "/data/f").bytes())).containsEntry("f", "out\n");
    assertThat(Tar.files(get(run, "/own").bytes())).containsEntry("own", "own\n");
    assertThat(Tar.files(get(run, "/etc/group").bytes()).get("group")).contains("root");
  }

  @Test
  void whatIsCopiedInBelongsToTheIdsOfTheRun() throws Exception {
    String run = host.start(id(), "while [ ! -e /tmp/go ]; do sleep 0.1; done; ls -ln /tmp/in");
    host.bus.await(run, "started");
    assertThat(put(run, "/tmp", Tar.of("in", "hello", 7, 8))).isEqualTo(204);
    assertThat(put(run, "/tmp", Tar.of("go", "", 0, 0))).isEqualTo(204);
    host.bus.await(run, "exited");
    assertThat(log(run)).containsPattern("1 7 +8 +5 ");
  }

  @Test
  void whatIsCopiedIntoARunThatIsOverIsThere() throws Exception {
    String run = host.start(id(), "exit 0", mounts("\"into-v:/data\""));
    host.bus.await(run, "exited");
    assertThat(put(run, "/data", Tar.of("f", "in", 0, 0))).isEqualTo(204);
    assertThat(Tar.files(get(run, "/data/f").bytes())).containsEntry("f", "in");
    assertThat(output("cat /data/f", mounts("\"into-v:/data\""))).isEqualTo("in");
  }

  @Test
  void aLinkOfTheRunNeverLeadsToTheHost() throws Exception {
    String run = host.start(id(), "ln -s " + host.directory + " /tmp/out; sleep 60");
    host.bus.await(run, "started");
    Await.until("the link", () -> stat(run, "/tmp/out").status() == 200);
    assertThat(put(run, "/tmp/out", Tar.of("evil", "x", 0, 0))).isEqualTo(404);
    assertThat(get(run, "/tmp/out/state").status()).isEqualTo(404);
    assertThat(host.directory.resolve("evil")).doesNotExist();
    force(run);
  }

  @Test
  void theKernelsFilesAreNoFilesOfTheRun() throws Exception {
    String run = host.start(id(), "sleep 60");
    host.bus.await(run, "started");
    assertThat(get(run, "/proc/kallsyms").status()).isEqualTo(403);
    assertThat(put(run, "/sys", Tar.of("x", "x", 0, 0))).isEqualTo(403);
    force(run);
  }

  @Test
  void aFileIsNotPutInPlaceOfADirectory() throws Exception {
    String run = host.start(id(), "sleep 60");
    host.bus.await(run, "started");
    assertThat(put(run, "/", Tar.of("etc", "x", 0, 0))).isEqualTo(400);
    assertThat(stat(run, "/etc").json().path("directory").asBoolean()).isTrue();
    force(run);
  }

  // ---- images and the disk

  @Test
  void whatIsOnTheDiskIsSaid() throws Exception {
    output("dd if=/dev/zero of=/data/f bs=1024 count=100", mounts("\"df-volume:/data\""));
    JsonNode df = host.service.get("/v1/system/df").json();
    assertThat(df.path("images").path("bytes").asLong()).isGreaterThan(500_000);
    assertThat(df.path("volumes").path("bytes").asLong()).isGreaterThanOrEqualTo(102_400);
    assertThat(df.path("runs").path("count").asInt()).isPositive();
    JsonNode image = host.service.get("/v1/host/images").json().path("items").get(0);
    assertThat(image.path("digest").asText()).isEqualTo(host.digest);
    assertThat(image.path("users")).isNotEmpty();
  }

  @Test
  void anImageThatIsHereIsRunWithoutAskingWherePolicyIsNever() throws Exception {
    output("true");
    assertThat(output("echo $GREETING", "\"pullPolicy\":\"never\"")).isEqualTo("hello\n");
  }

  @Test
  void anImageThatIsNotHereIsNotFetchedWherePolicyIsNever() throws Exception {
    host.bus.send(
        Bus.request(
            "never-fetched",
            "dev.gantry.run.requested.v1",
            "{\"image\":\"busybox:2\",\"pullPolicy\":\"never\"}"));
    JsonNode rejected = host.bus.await(TestHost.run("never-fetched"), "rejected").path("data");
    assertThat(rejected.path("reason").asText()).isEqualTo("IMAGE_NOT_FOUND");
    assertThat(rejected.path("message").asText()).contains("never");
  }

  @Test
  void otherBodiesStayBounded() throws Exception {
    assertThat(host.service.post("/v1/volumes", " ".repeat(2 << 20)).status()).isEqualTo(413);
  }

  private static ServiceProcess.Bytes get(String run, String path) throws Exception {
    return host.service.getBytes("/v1/runs/" + run + "/archive?path=" + path);
  }

  private static ServiceProcess.Answer stat(String run, String path) throws Exception {
    return host.service.get("/v1/runs/" + run + "/archive/stat?path=" + path);
  }

  private static int put(String run, String path, byte[] tar) throws Exception {
    return host.service.put("/v1/runs/" + run + "/archive?path=" + path, tar);
  }

  private static void force(String run) throws Exception {
    host.service.delete("/v1/runs/" + run + "?force=true");
  }
}
