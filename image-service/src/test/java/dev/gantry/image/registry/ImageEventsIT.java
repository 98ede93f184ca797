package dev.gantry.image.registry;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.Event;
import dev.gantry.events.ImageEvent;
import dev.gantry.image.registry.ImageFacts.Fact;
import dev.gantry.oci.content.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class ImageEventsIT {
  private static final String CONFIG = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";

  @TestHTTPResource("/")
  URI base;

  private Registry registry;

  @BeforeEach
  void connect() {
    registry = new Registry(base);
  }

  @Test
  void aPushIsPushedAndTagged() throws Exception {
    String digest = push("events/push", "v1", "layer");

    List<Fact> facts = facts("events/push", 2);

    assertThat(facts.get(0).event())
        .isInstanceOfSatisfying(
            ImageEvent.Pushed.class,
            pushed -> {
              assertThat(pushed.digest()).isEqualTo(digest);
              assertThat(pushed.platforms()).containsExactly("linux/amd64");
              assertThat(pushed.sizeBytes()).isGreaterThan("layer".length() + CONFIG.length());
            });
    assertThat(essence(facts.get(1).event()))
        .isEqualTo(new ImageEvent.Tagged("events/push", "v1", digest, null, null, null, null));
  }

  @Test
  void factsNameTheirRepositoryAndNumber() throws Exception {
    push("events/names", "v1", "layer");
    Fact first = facts("events/names", 2).getFirst();
    assertThat(first.key()).isEqualTo("events/names");
    assertThat(first.envelope().id()).isEqualTo("events/names@1");
    assertThat(first.envelope().subject()).isEqualTo("events/names");
    assertThat(first.envelope().source()).isEqualTo(URI.create("/gantry/image-service/here"));
  }

  @Test
  void aTagThatMovesNamesWhereItWas() throws Exception {
    String first = push("events/move", "v1", "one");
    String second = push("events/move", "v1", "two");
    assertThat(essence(facts("events/move", 4).getLast().event()))
        .isEqualTo(new ImageEvent.Tagged("events/move", "v1", second, null, null, first, null));
  }

  @Test
  void aSecondPushOfTheSameChangesNothing() throws Exception {
    push("events/again", "v1", "layer");
    push("events/again", "v1", "layer");
    String digest = push("events/again", "v2", "layer");
    assertThat(essence(facts("events/again", 3).getLast().event()))
        .isEqualTo(new ImageEvent.Tagged("events/again", "v2", digest, null, null, null, null));
  }

  @Test
  void aDeletedManifestIsUntaggedAndDeleted() throws Exception {
    String digest = push("events/delete", "v1", "layer");
    registry.call("DELETE", "/v2/events/delete/manifests/" + digest, null);
    assertThat(facts("events/delete", 4).subList(2, 4))
        .extracting(fact -> essence(fact.event()))
        .containsExactly(
            new ImageEvent.Untagged("events/delete", "v1", digest, null, null, null),
            new ImageEvent.Deleted("events/delete", digest, null, null, null));
  }

  @Test
  void everyFactNamesWhoAskedForIt() throws Exception {
    String digest = push("events/actor", "v1", "layer");
    registry.call("DELETE", "/v2/events/actor/manifests/" + digest, null);

    assertThat(facts("events/actor", 4))
        .extracting(fact -> fact.event().toString())
        .allSatisfy(event -> assertThat(event).contains("actor=Java-http-client/", "@127.0.0.1]"));
  }

  @Test
  void everyFactNamesTypeAndSizeOfTheManifest() throws Exception {
    String digest = push("events/size", "v1", "layer");
    registry.call("DELETE", "/v2/events/size/manifests/" + digest, null);

    List<Fact> facts = facts("events/size", 4);
    long size = ((ImageEvent.Pushed) facts.getFirst().event()).sizeBytes();
    String type = ((ImageEvent.Pushed) facts.getFirst().event()).mediaType();
    assertThat(facts.subList(1, 4))
        .extracting(Fact::event)
        .allSatisfy(
            event ->
                assertThat(event.toString()).contains("mediaType=" + type, "sizeBytes=" + size));
  }

  @Test
  void aRefusedManifestIsNoEvent() throws Exception {
    byte[] foreign = registry.manifest("events/elsewhere", CONFIG, "layer");
    registry.putManifest("events/refused", "v1", foreign);
    push("events/refused", "v2", "layer");
    assertThat(facts("events/refused", 2).getFirst().envelope().sequence()).isEqualTo(1);
  }

  @Test
  void aBlobIsNoEvent() throws Exception {
    registry.blob("events/blob", bytes("x"));
    push("events/blob", "v1", "layer");
    assertThat(facts("events/blob", 2)).hasSize(2);
  }

  @Test
  void manyPushesAtATimeAreNumberedWithoutAGap() throws Exception {
    List<Callable<String>> pushes = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String layer = "layer " + i;
      pushes.add(() -> push("events/many", "latest", layer));
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<String> push : threads.invokeAll(pushes)) {
        push.get();
      }
    }
    assertThat(facts("events/many", 48))
        .extracting(fact -> fact.envelope().sequence())
        .isEqualTo(java.util.stream.LongStream.rangeClosed(1, 48).boxed().toList());
  }

  @Test
  void whileKafkaIsAwayPushesGoOnAndTheirEventsFollow() throws Exception {
    BackboneResource.backbone.stopKafka();
    try {
      push("events/outage", "v1", "layer");
      assertThat(registry.call("GET", "/q/health/ready", null).statusCode()).isEqualTo(200);
    } finally {
      BackboneResource.backbone.startKafka();
    }
    assertThat(facts("events/outage", 2)).hasSize(2);
  }

  @Test
  void whileTheDatabaseIsAwayClientsAreToldToTryAgain() throws Exception {
    push("events/database", "v1", "layer");
    String path = "/v2/events/database/manifests/v1";
    BackboneResource.backbone.killPostgres();
    try {
      var response = registry.call("GET", path, null);
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(Registry.codes(response)).containsExactly("UNAVAILABLE");
    } finally {
      BackboneResource.backbone.startPostgres();
    }
    assertThat(registry.call("GET", path, null).statusCode()).isEqualTo(200);
    push("events/database", "v2", "layer");
    assertThat(facts("events/database", 3)).hasSize(3);
  }

  private String push(String repository, String tag, String layer) throws Exception {
    byte[] manifest = registry.manifest(repository, CONFIG, layer);
    var put = registry.putManifest(repository, tag, manifest);
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(Digest.of(manifest).toString());
    return Digest.of(manifest).toString();
  }

  private static List<Fact> facts(String repository, int count) {
    return ImageFacts.read(BackboneResource.backbone.bootstrapServers(), repository, count);
  }

  /** Without what other tests look at. */
  private static Event essence(Event event) {
    return switch (event) {
      case ImageEvent.Tagged it ->
          new ImageEvent.Tagged(
              it.repository(), it.tag(), it.digest(), null, null, it.previousDigest(), null);
      case ImageEvent.Untagged it ->
          new ImageEvent.Untagged(it.repository(), it.tag(), it.digest(), null, null, null);
      case ImageEvent.Deleted it ->
          new ImageEvent.Deleted(it.repository(), it.digest(), null, null, null);
      default -> event;
    };
  }
}
