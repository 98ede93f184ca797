package dev.gantry.bus;

import static dev.gantry.bus.Broker.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.bus.RequestConsumer.Handler;
import dev.gantry.bus.RequestConsumer.Verdict;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RequestConsumerIT {
  private static final Broker BROKER = new Broker();
  private static final Verdict ACCEPTED = new Verdict.Accepted();
  private final Queue<String> handled = new ConcurrentLinkedQueue<>();
  private final String group = "g-" + UUID.randomUUID();

  @BeforeAll
  static void start() {
    BROKER.start();
  }

  @AfterAll
  static void stop() {
    BROKER.close();
  }

  @Test
  void recordsAreHandledInOrder() {
    String topic = BROKER.topic(1);
    BROKER.send(topic, 0, "a", "b", "c");

    try (RequestConsumer consumer = consumer(topic, this::accept)) {
      consumer.start();
      eventually(() -> handled.size() == 3);
    }

    assertThat(handled).containsExactly("a", "b", "c");
  }

  @Test
  void whatIsAcceptedIsNotDeliveredAgain() {
    String topic = BROKER.topic(1);
    BROKER.send(topic, 0, "a");
    try (RequestConsumer consumer = consumer(topic, this::accept)) {
      consumer.start();
      eventually(() -> handled.size() == 1);
    }
    BROKER.send(topic, 0, "b");

    try (RequestConsumer next = consumer(topic, this::accept)) {
      next.start();
      eventually(() -> handled.size() == 2);
    }

    assertThat(handled).containsExactly("a", "b");
  }

  @Test
  void aPoisonRecordGoesToTheDeadLetterTopicUntouched() {
    String topic = BROKER.topic(2);
    ProducerRecord<byte[], byte[]> poison =
        new ProducerRecord<>(topic, 1, "key".getBytes(UTF_8), new byte[] {0, 1, (byte) 0xff});
    poison.headers().add("ce_id", "7".getBytes(UTF_8));
    BROKER.send(poison);

    try (RequestConsumer consumer = consumer(topic, this::refuse)) {
      consumer.start();
      eventually(() -> !BROKER.read(topic + ".dlt").isEmpty());
    }

    ConsumerRecord<byte[], byte[]> letter = BROKER.read(topic + ".dlt").getFirst();
    assertThat(letter.key()).isEqualTo(poison.key());
    assertThat(letter.value()).isEqualTo(poison.value());
    assertThat(headers(letter))
        .containsEntry("ce_id", "7")
        .containsEntry("gantry-dlt-reason", "NONSENSE")
        .containsEntry("gantry-dlt-message", "it is nonsense")
        .containsEntry("gantry-dlt-topic", topic)
        .containsEntry("gantry-dlt-partition", "1")
        .containsEntry("gantry-dlt-offset", "0")
        .containsEntry("gantry-dlt-consumer", "consumer")
        .containsKey("gantry-dlt-at");
  }

  @Test
  void theRecordsBehindPoisonAreHandled() {
    String topic = BROKER.topic(1);
    BROKER.send(topic, 0, "bad", "good", "bad", "bad", "good");

    try (RequestConsumer consumer = consumer(topic, this::acceptTheGood)) {
      consumer.start();
      eventually(() -> handled.size() == 2);
    }

    assertThat(BROKER.values(topic + ".dlt")).containsExactly("bad", "bad", "bad");
  }

  @Test
  void poisonIsNotHandledAgainAfterARestart() {
    String topic = BROKER.topic(1);
    BROKER.send(topic, 0, "bad", "good");
    try (RequestConsumer consumer = consumer(topic, this::acceptTheGood)) {
      consumer.start();
      eventually(() -> handled.size() == 1);
    }
    BROKER.send(topic, 0, "good");

    try (RequestConsumer next = consumer(topic, this::acceptTheGood)) {
      next.start();
      eventually(() -> handled.size() == 2);
    }

    assertThat(BROKER.values(topic + ".dlt")).containsExactly("bad");
  }

  @Test
  void theLargestRecordFitsTheDeadLetters() {
    String topic = BROKER.topic(1);
    byte[] large = new byte[(1 << 20) - 100];
    BROKER.send(new ProducerRecord<>(topic, large));

    try (RequestConsumer consumer = consumer(topic, this::refuse)) {
      consumer.start();
      eventually(() -> !BROKER.read(topic + ".dlt").isEmpty());
    }

    assertThat(BROKER.read(topic + ".dlt").getFirst().value()).hasSize(large.length);
  }

  @Test
  void aDeadLetterThatDoesNotFitLosesItsValueAndNothingElse() {
    String topic = "t-" + UUID.randomUUID();
    TopicAdmin.ensure(
        BROKER.settings(),
        List.of(
            new TopicSpec(topic, 1, Map.of()),
            new TopicSpec(topic + ".dlt", 1, Map.of("max.message.bytes", "2000"))),
        java.time.Duration.ofSeconds(30));
    BROKER.send(new ProducerRecord<>(topic, "key".getBytes(UTF_8), new byte[5000]));

    try (RequestConsumer consumer = consumer(topic, this::refuse)) {
      consumer.start();
      eventually(() -> !BROKER.read(topic + ".dlt").isEmpty());
    }

    assertThat(headers(BROKER.read(topic + ".dlt").getFirst()))
        .containsEntry("gantry-dlt-stripped-bytes", "5000");
  }

  @Test
  void aRecordThatFailsIsTriedAgainBeforeTheOnesBehindIt() {
    String topic = BROKER.topic(1);
    BROKER.send(topic, 0, "a", "b", "c");
    AtomicInteger failures = new AtomicInteger(3);
    Handler handler =
        record -> {
          if (value(record).equals("a") && failures.getAndDecrement() > 0) {
            throw new IOException("not now");
          }
          return accept(record);
        };

    try (RequestConsumer consumer = consumer(topic, handler)) {
      consumer.start();
      eventually(() -> handled.size() == 3);
    }

    assertThat(handled).containsExactly("a", "b", "c");
  }

  @Test
  void aRecordThatFailsDoesNotHoldUpOtherPartitions() {
    String topic = BROKER.topic(2);
    BROKER.send(topic, 0, "stuck");
    AtomicBoolean release = new AtomicBoolean();
    Handler handler =
        record -> {
          if (value(record).equals("stuck") && !release.get()) {
            throw new IOException("not now");
          }
          return accept(record);
        };

    try (RequestConsumer consumer = consumer(topic, handler)) {
      consumer.start();
      BROKER.send(topic, 1, "a", "b");
      eventually(() -> handled.size() == 2);
      release.set(true);
      eventually(() -> handled.size() == 3);
    }

    assertThat(handled).containsExactly("a", "b", "stuck");
  }

  @Test
  void aRecordThatIsRetriedBeyondThePollIntervalKeepsTheMembership() {
    String topic = BROKER.topic(1);
    BROKER.send(topic, 0, "a", "b");
    long until = System.nanoTime() + 6_000_000_000L;
    AtomicInteger attempts = new AtomicInteger();
    Handler handler =
        record -> {
          if (System.nanoTime() < until) {
            attempts.incrementAndGet();
            throw new IOException("not now");
          }
          return accept(record);
        };
    Map<String, Object> settings = new HashMap<>(BROKER.settings());
    settings.put("max.poll.interval.ms", 2_000);

    try (RequestConsumer consumer = consumer(settings, topic, handler)) {
      consumer.start();
      eventually(() -> attempts.get() > 0);
      // A second member would get the partition if the first had been expelled.
      try (RequestConsumer other =
          new RequestConsumer(
              new RequestConsumer.Config(BROKER.settings(), group, List.of(topic), ".dlt", "other"),
              record -> {
                handled.add("stolen " + value(record));
                return ACCEPTED;
              })) {
        other.start();
        eventually(() -> handled.size() == 2);
      }
    }

    assertThat(handled).containsExactly("a", "b");
  }

  @Test
  void memoryIsBoundedWhateverWaitsInKafka() {
    String topic = BROKER.topic(1);
    BROKER.send(topic, 0, IntStream.range(0, 700).mapToObj(i -> "r" + i).toArray(String[]::new));
    AtomicBoolean release = new AtomicBoolean();
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger waitingMax = new AtomicInteger();
    try (RequestConsumer consumer =
        consumer(
            topic,
            record -> {
              if (!release.get()) {
                attempts.incrementAndGet();
                throw new IOException("not now");
              }
              return accept(record);
            })) {
      consumer.start();
      eventually(
          () -> {
            waitingMax.accumulateAndGet(consumer.waiting(), Math::max);
            return attempts.get() > 5;
          });
      release.set(true);
      eventually(() -> handled.size() == 700);
    }

    assertThat(waitingMax).hasValueLessThanOrEqualTo(200);
  }

  @Test
  void aConsumerOfAGroupThatAnswersIsHealthy() {
    String topic = BROKER.topic(1);
    try (RequestConsumer consumer = consumer(topic, this::accept)) {
      consumer.start();

      eventually(consumer::healthy);
    }
  }

  private Verdict accept(ConsumerRecord<byte[], byte[]> record) {
    handled.add(value(record));
    return ACCEPTED;
  }

  private Verdict refuse(ConsumerRecord<byte[], byte[]> record) {
    return new Verdict.Refused("NONSENSE", "it is nonsense");
  }

  private Verdict acceptTheGood(ConsumerRecord<byte[], byte[]> record) {
    return value(record).equals("bad") ? refuse(record) : accept(record);
  }

  private RequestConsumer consumer(String topic, Handler handler) {
    return consumer(BROKER.settings(), topic, handler);
  }

  private RequestConsumer consumer(Map<String, Object> settings, String topic, Handler handler) {
    return new RequestConsumer(
        new RequestConsumer.Config(settings, group, List.of(topic), ".dlt", "consumer"), handler);
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), UTF_8)));
    return headers;
  }

  private static String value(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.value(), UTF_8);
  }
}
