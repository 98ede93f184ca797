package dev.gantry.run.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images on a host whose disk for them is small. */
class ImageIT {
  private static final int MEGABYTE = 1 << 20;
  private static final int FILES = 200;

  private static TestHost host;
  private static SmallDisk disk;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost(on -> disk = new SmallDisk(on.resolve("state/images"), 32, 2000));
  }

  @AfterAll
  static void stop() throws Exception {
    try (SmallDisk _ = disk) {
      host.close();
    }
    // Where it was mounted could not be removed before.
    for (String left : new String[] {"state/images", "state", ""}) {
      Files.deleteIfExists(host.directory.resolve(left));
    }
  }

  @AfterEach
  void thereIsSpaceAgain() throws Exception {
    disk.relieve();
  }

  // ---- a full disk

  @Test
  void anImageThatDoesNotFitOnTheDiskRejectsTheRun() throws Exception {
    push("large:1", "large", 4 * MEGABYTE, 0);
    disk.leaveBytes(2 * MEGABYTE);
    JsonNode rejected = rejected(run("large:1"));
    assertThat(rejected.path("reason").asText()).isEqualTo("STORAGE_FULL");
    assertThat(rejected.path("message").asText()).contains("large:1", "no space left");
    assertThat(rejected.path("field").asText()).isEqualTo("image");
  }

  @Test
  void anImageOfMoreFilesThanTheDiskHasRejectsTheRun() throws Exception {
    push("many:1", "many", 0, FILES);
    disk.leaveFiles(FILES / 2);
    assertThat(rejected(run("many:1")).path("reason").asText()).isEqualTo("STORAGE_FULL");
  }

  @Test
  void aDiskWithoutSpaceForTheManifestRejectsTheRun() throws Exception {
    push("nothing:1", "nothing", 0, 0);
    disk.leaveBytes(0);
    assertThat(rejected(run("nothing:1")).path("reason").asText()).isEqualTo("STORAGE_FULL");
  }

  @Test
  void aDiskWithoutFilesForTheManifestRejectsTheRun() throws Exception {
    push("no-file:1", "no-file", 0, 0);
    disk.leaveFiles(0);
    assertThat(rejected(run("no-file:1")).path("reason").asText()).isEqualTo("STORAGE_FULL");
  }

  @Test
  void aPullThatDidNotFitLeavesNothingHalf() throws Exception {
    push("half:1", "half", 4 * MEGABYTE, FILES);
    disk.leaveBytes(2 * MEGABYTE);
    rejected(run("half:1"));
    try (Stream<Path> layers = Files.list(host.directory.resolve("state/images/layers"))) {
      assertThat(layers.map(layer -> layer.getFileName().toString()))
          .noneMatch(name -> name.startsWith("unpacking-"));
    }
  }

  @Test
  void theNextPullWorksWhenThereIsSpace() throws Exception {
    push("later:1", "later", 4 * MEGABYTE, 0);
    disk.leaveBytes(2 * MEGABYTE);
    rejected(run("later:1"));
    disk.relieve();
    assertThat(output(run("later:1"))).isEqualTo("later\n");
  }

  @Test
  void theServiceStaysReadyAndRunsWhatIsHereOnAFullDisk() throws Exception {
    output(start("busybox:1", "true"));
    push("unfit:1", "unfit", 4 * MEGABYTE, 0);
    disk.leaveBytes(0);
    rejected(run("unfit:1"));
    assertThat(host.service.get("/q/health/ready").status()).isEqualTo(200);
    assertThat(output(start("busybox:1", "echo here"))).isEqualTo("here\n");
  }

  @Test
  void aPruneFreesADiskThatIsFull() throws Exception {
    push("unused:1", "unused", 2 * MEGABYTE, 0);
    output(run("unused:1"));
    disk.leaveBytes(0);
    host.service.post("/v1/system/prune", "");
    assertThat(Files.getFileStore(host.directory.resolve("state/images")).getUsableSpace())
        .isGreaterThan(2 * MEGABYTE);
  }

  // ---- prune

  @Test
  void aDryPruneRemovesNothing() throws Exception {
    String digest = push("dry:1", "dry", MEGABYTE, 0);
    String run = run("dry:1");
    output(run);
    JsonNode pruned = host.service.post("/v1/system/prune?dryRun=true", "").json();
    assertThat(pruned.path("dryRun").asBoolean()).isTrue();
    assertThat(host.get(run).path("state").asText()).isEqualToIgnoringCase("exited");
    assertThat(host.service.get("/v1/host/images").text()).contains(digest);
  }

  @Test
  void aDryPruneSaysWhatARealOneThenFrees() throws Exception {
    push("said:1", "said", MEGABYTE, 0);
    output(run("said:1"));
    ObjectNode said = prune("?dryRun=true");
    ObjectNode done = prune("");
    assertThat(done.retain("runs", "images", "bytes"))
        .isEqualTo(said.retain("runs", "images", "bytes"));
  }

  @Test
  void aPruneLeavesTheImageOfARunThatRuns() throws Exception {
    String digest = push("runs:1", "runs", 0, 0);
    String run = start("runs:1", "sleep 60");
    host.bus.await(run, "started");
    assertThat(prune("").path("images").path("images").toString()).doesNotContain(digest);
    assertThat(host.service.get("/v1/host/images").text()).contains(digest);
    host.service.delete("/v1/runs/" + run + "?force=true");
  }

  @Test
  void aPrunedImageIsFetchedAgain() throws Exception {
    push("again:1", "again", 0, 0);
    output(run("again:1"));
    prune("");
    assertThat(output(run("again:1"))).isEqualTo("again\n");
  }

  private static ObjectNode prune(String query) throws Exception {
    return (ObjectNode) host.service.post("/v1/system/prune" + query, "").json();
  }

  // ---- pull policies

  @Test
  void newerTakesWhatATagMeansNow() throws Exception {
    moved("moved-newer:1");
    assertThat(output(run("moved-newer:1", "newer"))).isEqualTo("new\n");
  }

  @Test
  void missingTakesWhatIsHereThoughTheTagMoved() throws Exception {
    moved("moved-missing:1");
    assertThat(output(run("moved-missing:1", "missing"))).isEqualTo("old\n");
  }

  @Test
  void alwaysTakesWhatATagMeansNow() throws Exception {
    moved("moved-always:1");
    assertThat(output(run("moved-always:1", "always"))).isEqualTo("new\n");
  }

  @Test
  void missingFetchesWhatIsNotHere() throws Exception {
    push("not-here:1", "fetched", 0, 0);
    assertThat(output(run("not-here:1", "missing"))).isEqualTo("fetched\n");
  }

  @Test
  void newerTakesWhatIsHereWhileTheRegistryIsAway() throws Exception {
    moved("away-newer:1");
    host.registry.away(() -> assertThat(output(run("away-newer:1", "newer"))).isEqualTo("old\n"));
  }

  @Test
  void missingTakesWhatIsHereWhileTheRegistryIsAway() throws Exception {
    moved("away-missing:1");
    host.registry.away(
        () -> assertThat(output(run("away-missing:1", "missing"))).isEqualTo("old\n"));
  }

  @Test
  void whatIsHereIsFoundAfterARestartWhileTheRegistryIsAway() throws Exception {
    moved("restarted:1");
    host.registry.away(
        () -> {
          host.service.kill();
          host.service.start();
          return assertThat(output(run("restarted:1", "newer"))).isEqualTo("old\n");
        });
  }

  @Test
  void alwaysIsRejectedWhileTheRegistryIsAway() throws Exception {
    moved("away-always:1");
    host.registry.away(
        () ->
            assertThat(rejected(run("away-always:1", "always")).path("reason").asText())
                .isEqualTo("PULL_FAILED"));
  }

  /** An image that is here as "old", and "new" in the registry. */
  private static void moved(String name) throws Exception {
    push(name, "old", 0, 0);
    output(run(name));
    push(name, "new", 0, 0);
  }

  // ---- images and runs of them

  /** An image that says a word, of so many random bytes and empty files more; its digest. */
  private static String push(String name, String word, int bytes, int files) throws Exception {
    Path root = Files.createTempDirectory(host.directory, "image-");
    Path bin = Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("tmp"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    bin.resolve("busybox").toFile().setExecutable(true, false);
    for (String applet : new String[] {"sh", "sleep", "cat"}) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    Files.writeString(root.resolve("word"), word + "\n");
    Files.write(root.resolve("noise"), noise(name, bytes));
    for (int i = 0; i < files; i++) {
      Files.createFile(root.resolve("file-" + i));
    }
    ObjectNode config = new JsonMapper().createObjectNode();
    config.putArray("Env").add("PATH=/bin").add("NAME=" + name);
    return host.registry.push(name, root, config);
  }

  private static byte[] noise(String seed, int bytes) {
    byte[] noise = new byte[bytes];
    new Random(seed.hashCode()).nextBytes(noise);
    return noise;
  }

  private static String run(String image) throws Exception {
    return run(image, "newer");
  }

  private static String run(String image, String policy) throws Exception {
    return start(image, "cat /word", "\"pullPolicy\":\"" + policy + "\"");
  }

  private static String start(String image, String script, String... fields) throws Exception {
    String id = UUID.randomUUID().toString();
    host.bus.send(
        Bus.request(
            id,
            "dev.gantry.run.requested.v1",
            TestHost.shell(script, fields).replace("busybox:1", image)));
    return TestHost.run(id);
  }

  private static JsonNode rejected(String run) {
    return host.bus.await(run, "rejected").path("data");
  }

  private static String output(String run) throws IOException, InterruptedException {
    host.bus.await(run, "exited");
    return host.service.get("/v1/runs/" + run + "/logs").text();
  }
}
