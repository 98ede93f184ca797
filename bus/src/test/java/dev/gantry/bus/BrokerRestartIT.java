package dev.gantry.bus;

import static dev.gantry.bus.Broker.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The broker goes and comes back while everybody is at work. */
class BrokerRestartIT {
  private final Broker broker = new Broker();
  private final MemoryOutbox outbox = new MemoryOutbox();

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void factsAreInTheLogExactlyOnceOverARestartOfTheBroker() {
    broker.start();
    String topic = broker.topic(4);
    try (FactPublisher publisher = new FactPublisher(broker.settings(), outbox, "publisher")) {
      publisher.start();
      add(topic, 1, 200);
      eventually(() -> outbox.markAttempts() > 0);
      broker.stop();
      add(topic, 201, 400);
      broker.start();
      add(topic, 401, 500);
      eventually(outbox::isEmpty);
    }

    FactPublisherIT.assertExactlyOnceInOrder(broker, topic, 5, 500);
  }

  @Test
  void requestsAreHandledOverARestartOfTheBroker() {
    broker.start();
    String topic = broker.topic(2);
    Set<String> handled = ConcurrentHashMap.newKeySet();
    try (RequestConsumer consumer =
        new RequestConsumer(
            new RequestConsumer.Config(
                broker.settings(), "group", List.of(topic), ".dlt", "consumer"),
            record -> {
              handled.add(new String(record.value(), java.nio.charset.StandardCharsets.UTF_8));
              return new RequestConsumer.Verdict.Accepted();
            })) {
      consumer.start();
      broker.send(topic, 0, "a");
      eventually(() -> handled.contains("a"));
      broker.stop();
      broker.start();
      broker.send(topic, 1, "b");
      eventually(() -> handled.contains("b"));
    }

    assertThat(handled).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aPublisherMayBeThereBeforeTheBroker() {
    broker.start();
    String topic = broker.topic(1);
    broker.stop();
    outbox.add(topic, "k", "k-1");

    try (FactPublisher publisher = new FactPublisher(broker.settings(), outbox, "publisher")) {
      publisher.start();
      eventually(() -> !publisher.healthy());
      broker.start();
      eventually(outbox::isEmpty);
    }

    assertThat(broker.values(topic)).containsExactly("k-1");
  }

  @Test
  void topicsAreEnsuredOnceTheBrokerIsThere() {
    Thread starter = Thread.ofPlatform().unstarted(broker::start);
    starter.start();

    String topic = broker.topic(3);

    assertThat(broker.read(topic)).isEmpty();
  }

  @Test
  void ensuringTopicsTwiceChangesNothing() {
    broker.start();
    String topic = broker.topic(3);

    TopicAdmin.ensure(
        broker.settings(),
        List.of(TopicSpec.log(topic, 3, Duration.ofDays(1))),
        Duration.ofSeconds(30));

    assertThat(broker.read(topic)).isEmpty();
  }

  @Test
  void patienceWithAnAbsentBrokerEnds() {
    assertThatThrownBy(
            () ->
                TopicAdmin.ensure(
                    Map.of("bootstrap.servers", "127.0.0.1:1"),
                    List.of(TopicSpec.latest("t")),
                    Duration.ofMillis(100)))
        .isInstanceOf(BusUnavailableException.class);
  }

  private void add(String topic, int from, int to) {
    List<String> keys = IntStream.range(0, 5).mapToObj(k -> "k" + k).collect(Collectors.toList());
    for (int n = from; n <= to; n++) {
      for (String key : keys) {
        outbox.add(topic, key, key + '-' + n);
      }
    }
  }
}
