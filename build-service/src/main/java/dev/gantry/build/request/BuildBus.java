package dev.gantry.build.request;

import dev.gantry.build.queue.JdbcOutbox;
import dev.gantry.bus.BusUnavailableException;
import dev.gantry.bus.FactPublisher;
import dev.gantry.bus.RequestConsumer;
import dev.gantry.bus.TopicAdmin;
import dev.gantry.bus.TopicSpec;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The service's connections to Kafka. It need not be there: they are tried until they work. */
public final class BuildBus implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BuildBus.class.getName());
  private static final Duration TOPIC_PATIENCE = Duration.ofSeconds(10);

  private final Map<String, Object> kafka;
  private final BuildRequests requests;
  private final CloudEventCodec codec = new CloudEventCodec();
  private final FactPublisher publisher;
  private final RequestConsumer consumer;
  private final Thread connecting;
  private volatile boolean connected;

  /**
   * Connections that are not tried yet.
   *
   * @param host this host's id: the group of consumers tells its members apart by it
   */
  public BuildBus(
      Map<String, Object> kafka, String host, JdbcOutbox outbox, BuildRequests requests) {
    this.kafka = kafka;
    this.requests = requests;
    this.publisher = new FactPublisher(kafka, outbox, "build-service");
    this.consumer =
        new RequestConsumer(
            new RequestConsumer.Config(
                kafka,
                "gantry-build-service",
                List.of(Topics.BUILD_REQUESTS),
                Topics.DEAD_LETTER_SUFFIX,
                "build-service-" + host),
            this::handle);
    this.connecting = Thread.ofPlatform().name("build-bus").daemon().unstarted(this::connect);
  }

  /** Begins to connect, and returns. */
  public void start() {
    connecting.start();
  }

  private void connect() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        TopicAdmin.ensure(kafka, topics(), TOPIC_PATIENCE);
        publisher.start();
        consumer.start();
        connected = true;
        return;
      } catch (BusUnavailableException e) {
        LOG.log(System.Logger.Level.WARNING, "Kafka is away: " + e.getMessage());
      }
    }
  }

  private static List<TopicSpec> topics() {
    return List.of(
        TopicSpec.log(Topics.BUILD_REQUESTS, Topics.PARTITIONS, Topics.RETENTION),
        TopicSpec.log(Topics.BUILD_EVENTS, Topics.PARTITIONS, Topics.RETENTION),
        TopicSpec.deadLetters(Topics.deadLetters(Topics.BUILD_REQUESTS), Topics.RETENTION));
  }

  private RequestConsumer.Verdict handle(ConsumerRecord<byte[], byte[]> record) throws Exception {
    Map<String, byte[]> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value());
    }
    return switch (requests.take(codec.decode(record.value(), headers))) {
      case BuildRequests.Answer.Taken _ -> new RequestConsumer.Verdict.Accepted();
      case BuildRequests.Answer.Dead dead ->
          new RequestConsumer.Verdict.Refused(dead.reason().name(), dead.message());
    };
  }

  /** Whether requests are taken and facts are told. */
  public boolean ready() {
    return connected && consumer.healthy() && publisher.healthy();
  }

  /** Takes no more requests. */
  public void closeRequests() throws InterruptedException {
    connecting.interrupt();
    connecting.join(Duration.ofSeconds(5));
    consumer.close();
  }

  /** Stops; facts that are not told yet are told after the next start. */
  @Override
  public void close() {
    publisher.close();
  }
}
