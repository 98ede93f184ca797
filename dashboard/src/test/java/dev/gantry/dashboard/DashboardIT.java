package dev.gantry.dashboard;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildEvent;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import dev.gantry.events.HostEvent;
import dev.gantry.events.ImageEvent;
import dev.gantry.events.Protocol;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class DashboardIT {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final URI SOURCE = URI.create("/gantry/test/h1");
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final String id = UUID.randomUUID().toString().replace("-", "");
  private final CloudEventCodec codec = new CloudEventCodec();

  @TestHTTPResource("/")
  URI base;

  @BeforeEach
  void isReady() {
    eventually(() -> given().get("/q/health/ready").statusCode() == 200);
  }

  @Test
  void theLifeOfARunAddsUpToAView() {
    RunEvent.About about =
        new RunEvent.About("h1", new RunEvent.Image("hello:1", DIGEST), "web-" + id);
    List<RunEvent.Port> ports = List.of(new RunEvent.Port("127.0.0.1", 8080, 80, Protocol.TCP));
    publishRun(
        new RunEvent.Accepted(about, Map.of("a", "b"), null),
        new RunEvent.Placed(about),
        new RunEvent.Created(about, "10.210.0.2", ports),
        new RunEvent.Started(about, 4711, TIME, "10.210.0.2", ports, null),
        new RunEvent.Exited(about, 137, 9, true, ReasonCode.OOM_KILLED, TIME, TIME, null));

    eventually(() -> "exited".equals(view("/v1/runs").get("state")));

    assertThat(view("/v1/runs"))
        .containsEntry("name", "web-" + id)
        .containsEntry("pid", 4711)
        .containsEntry("sequence", 5)
        .containsEntry("image", Map.of("reference", "hello:1", "digest", DIGEST))
        .containsEntry(
            "exit", Map.of("code", 137, "signal", 9, "oomKilled", true, "reason", "OOM_KILLED"));
  }

  @Test
  void theLifeOfABuildAddsUpToAView() {
    publish(
        Topics.BUILD_EVENTS,
        new BuildEvent.Queued(
            List.of("hello:1"), "Dockerfile", new BuildContext(DIGEST, 1, "a/b"), null),
        new BuildEvent.Started("h1", 1),
        new BuildEvent.StepStarted(1, 2, "base", "RUN true"),
        new BuildEvent.StepFinished(1, 2, "base", "RUN true", false, 12, "first build"),
        new BuildEvent.Succeeded(DIGEST, List.of("hello:1"), 10, 20, 0, 2));

    eventually(() -> "succeeded".equals(view("/v1/builds").get("state")));

    assertThat(view("/v1/builds"))
        .containsEntry("imageDigest", DIGEST)
        .containsEntry(
            "steps",
            List.of(
                Map.of(
                    "number",
                    1,
                    "total",
                    2,
                    "stage",
                    "base",
                    "instruction",
                    "RUN true",
                    "state",
                    "finished",
                    "cached",
                    false,
                    "durationMillis",
                    12,
                    "cacheMiss",
                    "first build")));
  }

  @Test
  void taggedManifestsAreImages() {
    String repository = "r" + id;
    publishAs(
        Topics.IMAGE_EVENTS,
        repository,
        new ImageEvent.Pushed(repository, DIGEST, "m", 42, List.of("linux/amd64"), null),
        new ImageEvent.Tagged(repository, "1", DIGEST, "m", 42L, null, null),
        new ImageEvent.Tagged(repository, "2", DIGEST, "m", 42L, null, null),
        new ImageEvent.Untagged(repository, "1", DIGEST, "m", 42L, null));

    eventually(() -> images(repository).equals(List.of("2")));

    given()
        .get("/v1/images")
        .then()
        .body("items.find { it.repository == '" + repository + "' }.sizeBytes", equalTo(42));
  }

  @Test
  void theLatestStateOfAHostIsItsView() {
    publishHost("host-" + id, 1);
    publishHost("host-" + id, 7);

    eventually(
        () ->
            Integer.valueOf(7)
                .equals(
                    given()
                        .get("/v1/hosts")
                        .jsonPath()
                        .get("items.find { it.host == 'host-" + id + "' }.runs")));
  }

  @Test
  void aClientThatFollowsSeesWhatComesNext() throws Exception {
    try (EventStream stream = new EventStream(events("subject=" + id))) {
      publishRun(new RunEvent.Accepted(about(), Map.of(), null), new RunEvent.Placed(about()));

      eventually(() -> stream.items().size() == 2);

      assertThat(stream.items().stream().map(EventStream.Item::type))
          .containsExactly("dev.gantry.run.accepted.v1", "dev.gantry.run.placed.v1");
    }
  }

  @Test
  void aClientThatComesBackGoesOnAfterTheLastThatItSaw() throws Exception {
    publishRun(new RunEvent.Accepted(about(), Map.of(), null), new RunEvent.Placed(about()));
    eventually(() -> "placed".equals(view("/v1/runs").get("state")));
    long first;
    try (EventStream stream = new EventStream(events("after=0&subject=" + id))) {
      eventually(() -> stream.items().size() == 2);
      first = stream.items().getFirst().id();
    }

    try (EventStream next =
        new EventStream(events("subject=" + id), "Last-Event-ID", Long.toString(first))) {
      eventually(() -> !next.items().isEmpty());

      assertThat(next.items().getFirst().type()).isEqualTo("dev.gantry.run.placed.v1");
    }
  }

  @Test
  void aClientMayBeginWithTheLastFew() throws Exception {
    publishRun(new RunEvent.Accepted(about(), Map.of(), null), new RunEvent.Placed(about()));
    eventually(() -> "placed".equals(view("/v1/runs").get("state")));

    try (EventStream stream = new EventStream(events("last=1"))) {
      eventually(() -> !stream.items().isEmpty());

      assertThat(stream.items().getFirst().data()).contains(id + "-2");
    }
  }

  @Test
  void theDataOfAnEventIsTheCloudEvent() throws Exception {
    publishRun(new RunEvent.Placed(about()));
    try (EventStream stream =
        new EventStream(events("after=0&type=dev.gantry.run.*&subject=" + id))) {
      eventually(() -> !stream.items().isEmpty());

      assertThat(JsonPath.from(stream.items().getFirst().data()).getMap(""))
          .containsEntry("id", id + "-1")
          .containsEntry("type", "dev.gantry.run.placed.v1")
          .containsEntry("data", Map.of("host", "h1"));
    }
  }

  @Test
  void theFeedCanBeReadInPages() {
    publishRun(
        new RunEvent.Accepted(about(), Map.of(), null),
        new RunEvent.Placed(about()),
        new RunEvent.Pulling(about(), 1));
    eventually(() -> "pulling".equals(view("/v1/runs").get("state")));

    JsonPath page = given().get("/v1/events.json?limit=2&subject=" + id).jsonPath();

    assertThat(page.getList("items.event.type"))
        .containsExactly("dev.gantry.run.accepted.v1", "dev.gantry.run.placed.v1");
    given()
        .get(page.getString("next"))
        .then()
        .body("items.event.type", equalTo(List.of("dev.gantry.run.pulling.v1")));
  }

  @Test
  void theLastPageOfTheFeedHasNoNext() {
    publishRun(new RunEvent.Placed(about()));
    eventually(() -> "placed".equals(view("/v1/runs").get("state")));
    long end = given().get("/v1/events.json?limit=500&after=0").jsonPath().getLong("lastId");

    given().get("/v1/events.json?after=" + end).then().body("next", equalTo(null));
  }

  @Test
  void factsThatComeAgainChangeNothing() {
    publishRun(new RunEvent.Accepted(about(), Map.of(), null), new RunEvent.Placed(about()));
    send(Topics.RUN_EVENTS, id, fact(id, 1, new RunEvent.Accepted(about(), Map.of(), null)));
    send(Topics.RUN_EVENTS, id, fact(id, 3, new RunEvent.Pulling(about(), 1)));

    eventually(() -> Integer.valueOf(3).equals(view("/v1/runs").get("sequence")));

    assertThat(view("/v1/runs")).containsEntry("state", "pulling");
  }

  @Test
  void deadLettersAreWarnings() throws Exception {
    try (EventStream stream = new EventStream(events("type=dev.gantry.dead-letter.v1"))) {
      ProducerRecord<byte[], byte[]> letter =
          new ProducerRecord<>(
              Topics.deadLetters(Topics.RUN_REQUESTS), new byte[] {0, (byte) 0xff, '<'});
      letter.headers().add("gantry-dlt-reason", "INVALID_JSON".getBytes(UTF_8));
      send(letter);

      eventually(() -> !stream.items().isEmpty());

      assertThat(JsonPath.from(stream.items().getFirst().data()).getString("data.reason"))
          .isEqualTo("INVALID_JSON");
    }
  }

  @Test
  void hostileRecordsAmongTheFactsHoldNobodyUp() {
    send(Topics.RUN_EVENTS, "x", "nonsense".getBytes(UTF_8));
    send(Topics.RUN_EVENTS, "x", new byte[0]);
    send(
        Topics.RUN_EVENTS,
        "x",
        ("{\"specversion\":\"1.0\",\"id\":\"\\ud800\",\"source\":\"/x\",\"subject\":\"a\\u0000b\","
                + "\"type\":\"dev.gantry.run.placed.v1\",\"data\":{\"host\":\"\\u0000\\ud800\"}}")
            .getBytes(UTF_8));
    send(
        Topics.RUN_EVENTS,
        "x",
        ("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/x\",\"subject\":\"a\\u0000b\","
                + "\"type\":\"dev.gantry.run.placed.v1\",\"data\":{\"host\":\"\\u0000\\ud800\"}}")
            .getBytes(UTF_8));
    publishRun(new RunEvent.Placed(about()));

    eventually(() -> "placed".equals(view("/v1/runs").get("state")));
  }

  private RunEvent.About about() {
    return new RunEvent.About("h1", null, null);
  }

  private void publishRun(RunEvent... events) {
    publish(Topics.RUN_EVENTS, events);
  }

  private void publish(String topic, Event... events) {
    publishAs(topic, id, events);
  }

  private void publishAs(String topic, String subject, Event... events) {
    for (int i = 0; i < events.length; i++) {
      send(topic, subject, fact(subject, i + 1, events[i]));
    }
  }

  private void publishHost(String host, int runs) {
    HostEvent.State state =
        new HostEvent.State(host, "127.0.0.1", 2, 2, 1, runs, Map.of(), false, "v1", "6.1", TIME);
    Envelope<Event> envelope =
        new Envelope<>(host + '-' + runs, SOURCE, TIME, host, null, null, null, null, state);
    send(Topics.HOST_STATE, host, codec.encode(envelope));
  }

  private byte[] fact(String subject, long sequence, Event event) {
    return codec.encode(Envelope.fact(SOURCE, TIME, subject, sequence, event));
  }

  private static void send(String topic, String key, byte[] value) {
    send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  private static void send(ProducerRecord<byte[], byte[]> record) {
    String servers = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(record).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> view(String path) {
    Map<String, Object> view =
        given().get(path + "?limit=500").jsonPath().get("items.find { it.id == '" + id + "' }");
    return view == null ? Map.of() : view;
  }

  private static List<String> images(String repository) {
    return given()
        .get("/v1/images?limit=500")
        .jsonPath()
        .getList("items.findAll { it.repository == '" + repository + "' }.tag");
  }

  private URI events(String query) {
    return base.resolve("/v1/events?" + query);
  }

  private static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it has not come about in time").isLessThan(deadline);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
