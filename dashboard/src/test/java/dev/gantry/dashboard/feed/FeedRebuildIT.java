package dev.gantry.dashboard.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.bus.LogFollower;
import dev.gantry.bus.TopicAdmin;
import dev.gantry.bus.TopicSpec;
import dev.gantry.dashboard.view.ViewStore;
import dev.gantry.embedded.Backbone;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Envelope;
import dev.gantry.events.RunEvent;
import dev.gantry.events.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The database of the dashboard may be lost, or its service killed: the log has it all. */
class FeedRebuildIT {
  private static final int RUNS = 20;
  private static final RunEvent.About ABOUT = new RunEvent.About("h1", null, null);
  private static Backbone backbone;

  @BeforeAll
  static void start() throws Exception {
    backbone = Backbone.start(Path.of("target/backbone"));
    TopicAdmin.ensure(
        kafka(),
        List.of(TopicSpec.log(Topics.RUN_EVENTS, 8, Duration.ofDays(1))),
        Duration.ofSeconds(60));
    CloudEventCodec codec = new CloudEventCodec();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int run = 0; run < RUNS; run++) {
        String id = "run-" + run;
        List<RunEvent> life =
            List.of(
                new RunEvent.Accepted(ABOUT, Map.of(), null),
                new RunEvent.Placed(ABOUT),
                new RunEvent.Created(ABOUT, null, List.of()));
        for (int i = 0; i < life.size(); i++) {
          Envelope<RunEvent> fact =
              Envelope.fact(URI.create("/t"), Instant.EPOCH, id, i + 1, life.get(i));
          producer.send(
              new ProducerRecord<>(Topics.RUN_EVENTS, id.getBytes(UTF_8), codec.encode(fact)));
        }
      }
    }
  }

  @AfterAll
  static void stop() throws IOException {
    backbone.close();
  }

  @Test
  void anEmptyDatabaseIsFilledFromTheLog() throws Exception {
    PGSimpleDataSource first = database("first");
    follow(first);
    PGSimpleDataSource second = database("second");
    follow(second);

    assertThat(views(second)).hasSize(RUNS).containsExactlyInAnyOrderElementsOf(views(first));
  }

  @Test
  void nothingIsStoredTwiceWhenReadingBeginsAgain() throws Exception {
    PGSimpleDataSource database = database("again");
    follow(database);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("delete from feed_position");
    }

    follow(database);

    assertThat(count(database)).isEqualTo(RUNS * 3);
  }

  @Test
  void theOldestBeyondTheBoundGo() throws Exception {
    PGSimpleDataSource database = database("bounded");
    follow(database);

    new FeedStore(database, new ViewStore(database)).forget(10, Duration.ofDays(1), 5);

    assertThat(count(database)).isEqualTo(10);
    assertThat(views(database)).hasSize(5);
  }

  private static void follow(PGSimpleDataSource database) throws Exception {
    FeedStore store = new FeedStore(database, new ViewStore(database));
    FeedTail tail = new FeedTail();
    tail.begin(store.lastId());
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (LogFollower follower =
        new LogFollower(kafka(), List.of(Topics.RUN_EVENTS), new FeedSink(store, tail), "f")) {
      follower.start();
      while (positions(store) < RUNS * 3) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(20);
      }
    }
  }

  private static long positions(FeedStore store) throws SQLException {
    return store.positions().values().stream().mapToLong(Long::longValue).sum();
  }

  private static long count(PGSimpleDataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from event_feed")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static List<String> views(PGSimpleDataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select id || document from entity_view")) {
      List<String> views = new ArrayList<>();
      while (rows.next()) {
        views.add(rows.getString(1));
      }
      return views;
    }
  }

  private static PGSimpleDataSource database(String name) {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(backbone.jdbcUrl(name));
    database.setUser("postgres");
    Flyway.configure().dataSource(database).load().migrate();
    return database;
  }

  private static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", backbone.bootstrapServers());
  }
}
