package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.embedded.Backbone;
import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The built service, killed again and again wherever it is while many push. */
class KilledPushIT {
  private static final int ROUNDS = 4;
  private static final int CLIENTS = 4;
  private static final int BLOB_BYTES_MAX = 3 << 20;
  private static final String CONFIG = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";

  private static Backbone backbone;

  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, String> tried = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();

  @BeforeAll
  static void startBackbone() throws IOException {
    backbone = Backbone.start(Path.of("target/backbone"));
  }

  @AfterAll
  static void stopBackbone() throws IOException {
    backbone.close();
  }

  @Test
  void nothingAcknowledgedIsLostAndNothingPartialIsServed() throws Exception {
    Path state = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "killed-");
    Random random = new Random(5);
    for (int round = 0; round < ROUNDS; round++) {
      try (ServiceProcess service = start(state)) {
        service.await("/q/health/ready", 200);
        verify(service.registry());
        pushUntilKilled(service, 300 + random.nextInt(2500));
      }
    }
    try (ServiceProcess service = start(state)) {
      service.await("/q/health/ready", 200);
      verify(service.registry());
    }
    assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
  }

  private void pushUntilKilled(ServiceProcess service, long millis) throws Exception {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Thread.ofVirtual().start(() -> push(service.registry())));
    }
    Thread.sleep(millis); // Any moment will do: what was under way then differs each time.
    service.kill();
    for (Thread client : clients) {
      client.join();
    }
  }

  private void push(Registry registry) {
    try {
      while (true) {
        int n = number.getAndIncrement();
        byte[] content = content(n);
        String digest = Digest.of(content).toString();
        String repository = "killed/app" + n % 3;
        tried.put("/v2/" + repository + "/blobs/" + digest, digest);
        registry.blob(repository, content);
        acknowledged.put("/v2/" + repository + "/blobs/" + digest, digest);
        byte[] manifest = registry.manifest(repository, CONFIG, "layer " + n);
        if (registry.putManifest(repository, "v" + n, manifest).statusCode() == 201) {
          String named = Digest.of(manifest).toString();
          acknowledged.put("/v2/" + repository + "/manifests/v" + n, named);
        }
      }
    } catch (IOException | InterruptedException | AssertionError killed) {
      // It was to be: what was answered before counts.
    }
  }

  private static byte[] content(int n) {
    Random random = new Random(n);
    byte[] content = new byte[random.nextInt(BLOB_BYTES_MAX)];
    Arrays.fill(content, (byte) n);
    byte[] name = bytes("blob " + n);
    System.arraycopy(name, 0, content, 0, Math.min(name.length, content.length));
    return content;
  }

  private void verify(Registry registry) throws Exception {
    for (var each : acknowledged.entrySet()) {
      var answer = registry.call("GET", each.getKey(), null);
      assertThat(answer.statusCode()).as(each.getKey()).isEqualTo(200);
      assertThat(Digest.of(answer.body()).toString()).isEqualTo(each.getValue());
    }
    for (var each : tried.entrySet()) {
      var answer = registry.call("GET", each.getKey(), null);
      if (answer.statusCode() == 200) {
        assertThat(Digest.of(answer.body()).toString()).isEqualTo(each.getValue());
      }
    }
  }

  private static ServiceProcess start(Path state) throws IOException {
    return ServiceProcess.start(state, backbone.jdbcUrl("killedpush"), backbone.bootstrapServers());
  }
}
