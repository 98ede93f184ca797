package dev.gantry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BackboneIT {
  private static Backbone backbone;

  @BeforeAll
  static void start() throws Exception {
    backbone = Backbone.start(Path.of("target/backbone"));
  }

  @AfterAll
  static void stop() throws Exception {
    backbone.close();
  }

  @Test
  void aRecordSurvivesARestartOfTheBroker() throws Exception {
    createTopic("kept");
    send("kept", "hello");

    backbone.stopKafka();
    backbone.startKafka();

    assertThat(firstRecord("kept")).isEqualTo("hello");
  }

  @Test
  void topicsAreNotCreatedByAccident() {
    assertThatThrownBy(() -> send("never-made", "hello")).isInstanceOf(ExecutionException.class);
  }

  @Test
  void aCommittedRowSurvivesTheKillOfPostgres() throws Exception {
    String url = backbone.jdbcUrl("survivor");
    execute(url, "create table t (x int)");
    execute(url, "insert into t values (42)");

    backbone.killPostgres();
    backbone.startPostgres();

    assertThat(number(url, "select x from t")).isEqualTo(42);
  }

  @Test
  void postgresSyncsWhatItCommits() throws Exception {
    String url = backbone.jdbcUrl("settings");

    assertThat(
            number(url, "select count(*) from pg_settings where name = 'fsync' and setting = 'on'"))
        .isEqualTo(1);
  }

  @Test
  void askingTwiceForADatabaseMakesOne() {
    assertThat(backbone.jdbcUrl("twice")).isEqualTo(backbone.jdbcUrl("twice"));
  }

  @Test
  void aDatabaseNameCannotCarrySql() {
    assertThatThrownBy(() -> backbone.jdbcUrl("x; drop database postgres"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void createTopic(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", backbone.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static void send(String topic, String value) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", backbone.bootstrapServers(), "max.block.ms", 2_000);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static String firstRecord(String topic) {
    Map<String, Object> settings = Map.of("bootstrap.servers", backbone.bootstrapServers());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(Duration.ofSeconds(30)).iterator().next().value();
    }
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int number(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
