package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Clients push, tag again, mount, delete and pull beside continuous collections. Each has tags and
 * manifests of its own, so that it knows what must be there; the layers are everybody's.
 */
@QuarkusTest
@TestProfile(ImpatientProfile.class)
@QuarkusTestResource(BackboneResource.class)
class StormIT {
  private static final int CLIENTS = 6;
  private static final Duration STORM = Duration.ofSeconds(20);

  @TestHTTPResource("/")
  URI base;

  @Test
  void nothingReferredToIsCollectedAndNothingElseStays() throws Exception {
    Registry registry = new Registry(base);
    List<StormClient> clients = new ArrayList<>();
    Instant end = Instant.now().plus(STORM);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        StormClient client = new StormClient(new Registry(base), i);
        clients.add(client);
        running.add(threads.submit(() -> client.storm(end)));
      }
      long collected = 0;
      while (Instant.now().isBefore(end)) {
        collected += collect(registry, "").path("blobs").asLong();
        collect(registry, "?dryRun=true");
      }
      for (Future<?> each : running) {
        each.get();
      }
      assertThat(collected).as("blobs that were collected beside the storm").isPositive();
    }

    for (StormClient client : clients) {
      client.checkAll();
    }
    collectUntil(registry, "", links(clients));
    for (StormClient client : clients) {
      client.checkAll();
    }
  }

  /** Until all that the model refers to, and nothing else, is left of links and of bytes. */
  private static void collectUntil(Registry registry, String query, Set<String> expected)
      throws Exception {
    Instant deadline = Instant.now().plusSeconds(30);
    while (!StoreFiles.links("storm").equals(expected) || !stormBlobs().equals(digests(expected))) {
      if (Instant.now().isAfter(deadline)) {
        assertThat(StoreFiles.links("storm")).isEqualTo(expected);
        assertThat(stormBlobs()).isEqualTo(digests(expected));
      }
      collect(registry, query);
    }
  }

  private static Set<String> links(List<StormClient> clients) {
    Set<String> links = new TreeSet<>();
    clients.forEach(client -> links.addAll(client.links()));
    return links;
  }

  /** The files but those that tests before this have linked to other repositories. */
  private static Set<String> stormBlobs() throws Exception {
    Set<String> blobs = StoreFiles.blobs();
    Set<String> others = StoreFiles.links("%");
    Set<String> storm = StoreFiles.links("storm");
    others.removeAll(storm);
    Set<String> elsewhere = digests(others);
    elsewhere.removeAll(digests(storm));
    blobs.removeAll(elsewhere);
    return blobs;
  }

  private static Set<String> digests(Set<String> links) {
    Set<String> digests = new TreeSet<>();
    links.forEach(link -> digests.add(link.substring(link.indexOf('@') + 1)));
    return digests;
  }

  private static com.fasterxml.jackson.databind.JsonNode collect(Registry registry, String query)
      throws Exception {
    var response = registry.call("POST", "/v1/gc" + query, null);
    assertThat(response.statusCode()).as(Registry.text(response)).isEqualTo(200);
    return json(response);
  }
}
