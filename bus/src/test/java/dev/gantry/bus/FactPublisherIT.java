package dev.gantry.bus;

import static dev.gantry.bus.Broker.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FactPublisherIT {
  private static final Broker BROKER = new Broker();
  private final MemoryOutbox outbox = new MemoryOutbox();

  @BeforeAll
  static void start() {
    BROKER.start();
  }

  @AfterAll
  static void stop() {
    BROKER.close();
  }

  @Test
  void aFactIsARecordWithKeyHeadersAndEventId() {
    String topic = BROKER.topic(1);
    Outbox single =
        new OneFact(
            new Pending(
                1, topic, "k", "k-1", "v".getBytes(UTF_8), Map.of("h", "x".getBytes(UTF_8))));

    try (FactPublisher publisher = publisher(single)) {
      publisher.start();
      eventually(() -> single.next(1).isEmpty());
    }

    ConsumerRecord<byte[], byte[]> record = BROKER.read(topic).getFirst();
    assertThat(List.of(text(record.key()), text(record.value()), header(record, "h")))
        .containsExactly("k", "v", "x");
    assertThat(header(record, FactPublisher.EVENT_ID_HEADER)).isEqualTo("k-1");
  }

  @Test
  void factsOfOneKeyStayInOrder() {
    String topic = BROKER.topic(4);
    addFacts(topic, 10, 100);

    try (FactPublisher publisher = publisher(outbox)) {
      publisher.start();
      eventually(outbox::isEmpty);
    }

    assertExactlyOnceInOrder(topic, 10, 100);
  }

  @Test
  void aFactAddedLaterIsPublishedWithoutBeingAskedFor() {
    String topic = BROKER.topic(1);
    try (FactPublisher publisher = publisher(outbox)) {
      publisher.start();
      outbox.add(topic, "k", "k-1");
      eventually(outbox::isEmpty);
    }

    assertThat(BROKER.values(topic)).containsExactly("k-1");
  }

  @Test
  void wakeEndsTheWaitOfAnOutboxThatSleeps() {
    String topic = BROKER.topic(1);
    Outbox sleeper =
        new OneFact(new Pending(1, topic, "k", "k-1", "v".getBytes(UTF_8), Map.of())).hidden();
    try (FactPublisher publisher = publisher(sleeper)) {
      publisher.start();
      eventually(() -> ((OneFact) sleeper).isWaiting());
      ((OneFact) sleeper).reveal();
      publisher.wake();
      eventually(() -> ((OneFact) sleeper).isDone());
    }

    assertThat(BROKER.values(topic)).containsExactly("v");
  }

  @Test
  void aPublisherThatDiedBetweenAcknowledgementAndMarkIsNotRepeatedByTheNext() {
    String topic = BROKER.topic(4);
    addFacts(topic, 5, 20);
    outbox.failMarks(true);
    try (FactPublisher publisher = publisher(outbox)) {
      publisher.start();
      eventually(() -> outbox.markAttempts() > 0);
    }
    outbox.failMarks(false);

    try (FactPublisher next = publisher(outbox)) {
      next.start();
      eventually(outbox::isEmpty);
    }

    assertExactlyOnceInOrder(topic, 5, 20);
  }

  @Test
  void anOutboxThatCannotMarkForAWhileIsAskedAgain() {
    String topic = BROKER.topic(1);
    addFacts(topic, 1, 3);
    outbox.failMarks(true);
    try (FactPublisher publisher = publisher(outbox)) {
      publisher.start();
      eventually(() -> outbox.markAttempts() > 2);
      outbox.failMarks(false);
      eventually(outbox::isEmpty);
    }

    assertExactlyOnceInOrder(topic, 1, 3);
  }

  @Test
  void aPublisherWhoseOutboxIsAwayIsNotHealthy() {
    String topic = BROKER.topic(1);
    addFacts(topic, 1, 1);
    outbox.failMarks(true);

    try (FactPublisher publisher = publisher(outbox)) {
      publisher.start();
      eventually(() -> outbox.markAttempts() > 0);
      eventually(() -> !publisher.healthy());
      outbox.failMarks(false);
      eventually(publisher::healthy);
    }
  }

  @Test
  void factsAreFoundAmongWhatOthersWroteSinceTheMark() {
    String topic = BROKER.topic(1);
    addFacts(topic, 1, 5);
    outbox.failMarks(true);
    try (FactPublisher publisher = publisher(outbox)) {
      publisher.start();
      eventually(() -> outbox.markAttempts() > 0);
    }
    for (int i = 0; i < 50; i++) {
      BROKER.send(new ProducerRecord<>(topic, 0, null, ("other-" + i).getBytes(UTF_8)));
    }
    outbox.failMarks(false);

    try (FactPublisher next = publisher(outbox)) {
      next.start();
      eventually(outbox::isEmpty);
    }

    assertThat(BROKER.values(topic).stream().filter(value -> value.startsWith("k0-")))
        .containsExactly("k0-1", "k0-2", "k0-3", "k0-4", "k0-5");
  }

  @Test
  void publishersThatDieAtRandomPublishEverythingExactlyOnce() {
    String topic = BROKER.topic(4);
    Random random = new Random(42);
    AtomicInteger added = new AtomicInteger();
    for (int life = 0; life < 12; life++) {
      IntStream.range(0, 60)
          .forEach(
              _ -> {
                int n = added.getAndIncrement();
                outbox.add(topic, "k" + n % 6, "k" + n % 6 + '-' + (n / 6 + 1));
              });
      outbox.failMarks(random.nextBoolean());
      int before = outbox.markAttempts();
      try (FactPublisher publisher = publisher(outbox)) {
        publisher.start();
        int marks = random.nextInt(3);
        eventually(() -> outbox.markAttempts() >= before + marks || outbox.isEmpty());
      }
      if (random.nextInt(4) == 0) {
        outbox.forgetMarks();
      }
    }
    outbox.failMarks(false);
    try (FactPublisher last = publisher(outbox)) {
      last.start();
      eventually(outbox::isEmpty);
    }

    assertExactlyOnceInOrder(topic, 6, added.get() / 6);
  }

  @Test
  void closeReturnsEvenWhenKafkaWasNeverThere() {
    addFacts("nowhere", 1, 1);
    FactPublisher publisher =
        new FactPublisher(Map.of("bootstrap.servers", "127.0.0.1:1"), outbox, "p");
    publisher.start();
    eventually(() -> !publisher.healthy());

    long before = System.nanoTime();
    publisher.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
  }

  static void assertExactlyOnceInOrder(Broker broker, String topic, int keys, int factsPerKey) {
    List<ConsumerRecord<byte[], byte[]>> records = broker.read(topic);
    for (int k = 0; k < keys; k++) {
      String key = "k" + k;
      assertThat(
              records.stream()
                  .filter(record -> text(record.key()).equals(key))
                  .map(record -> text(record.value())))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, factsPerKey).mapToObj(n -> key + '-' + n).toList());
    }
  }

  private static void assertExactlyOnceInOrder(String topic, int keys, int factsPerKey) {
    assertExactlyOnceInOrder(BROKER, topic, keys, factsPerKey);
  }

  private void addFacts(String topic, int keys, int factsPerKey) {
    for (int n = 1; n <= factsPerKey; n++) {
      for (int k = 0; k < keys; k++) {
        outbox.add(topic, "k" + k, "k" + k + '-' + n);
      }
    }
  }

  private static FactPublisher publisher(Outbox outbox) {
    return new FactPublisher(BROKER.settings(), outbox, "publisher");
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return text(record.headers().lastHeader(name).value());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  /** Holds one fact, and never says that there is more. */
  private static final class OneFact implements Outbox {
    private final Pending fact;
    private volatile boolean visible = true;
    private volatile boolean done;
    private volatile boolean waiting;

    OneFact(Pending fact) {
      this.fact = fact;
    }

    OneFact hidden() {
      visible = false;
      return this;
    }

    void reveal() {
      visible = true;
    }

    boolean isDone() {
      return done;
    }

    boolean isWaiting() {
      return waiting;
    }

    @Override
    public List<Pending> next(int max) {
      return visible && !done ? List.of(fact) : List.of();
    }

    @Override
    public void published(List<Pending> facts, Map<TopicPartition, Long> nextOffsets) {
      done |= !facts.isEmpty();
    }

    @Override
    public Map<TopicPartition, Long> marks() {
      return Map.of();
    }

    @Override
    public void awaitMore(Duration patience) throws InterruptedException {
      waiting = true;
      Thread.sleep(Duration.ofHours(1));
    }
  }
}
