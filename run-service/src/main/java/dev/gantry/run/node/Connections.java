package dev.gantry.run.node;

import dev.gantry.bus.FactPublisher;
import dev.gantry.bus.RequestConsumer;
import dev.gantry.bus.TopicAdmin;
import dev.gantry.bus.TopicSpec;
import dev.gantry.events.Topics;
import dev.gantry.run.claim.Claim;
import dev.gantry.run.claim.Claims;
import dev.gantry.run.host.HeartbeatPublisher;
import dev.gantry.run.journal.Kind;
import dev.gantry.run.lifecycle.OrderReader;
import dev.gantry.run.publish.DeadLetter;
import dev.gantry.run.recovery.Housekeeping;
import dev.gantry.run.request.BusProducer;
import dev.gantry.run.request.RequestHandler;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * The host's connections to Kafka and PostgreSQL. Neither needs to be there: what needs them is
 * tried until it works, and everything else goes on meanwhile.
 */
public final class Connections implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Connections.class);
  private static final Duration TOPIC_PATIENCE = Duration.ofSeconds(10);
  private static final long RETRY_MILLIS = 500;
  private static final long HEARTBEAT_SECONDS = 10;
  private static final long REVIEW_MILLIS = 250;
  private static final long SWEEP_SECONDS = 60;

  private final Node node;
  private final Map<String, Object> kafka;
  private final Runnable migration;
  private final Claims claims;
  private final BusProducer producer;
  private final FactPublisher publisher;
  private final RequestConsumer consumer;
  private final Housekeeping housekeeping;
  private volatile boolean connected;

  /**
   * Connections that are not tried yet.
   *
   * @param kafka client settings
   * @param migration brings the database's schema up to date; may be repeated
   */
  public Connections(
      Node node,
      Map<String, Object> kafka,
      DataSource database,
      Runnable migration,
      BusProducer producer) {
    this.node = node;
    this.kafka = Map.copyOf(kafka);
    this.migration = migration;
    this.producer = producer;
    this.claims = new Claims(database, node.host());
    this.publisher = new FactPublisher(kafka, node.outbox(), "run-service");
    this.housekeeping =
        new Housekeeping(
            node.runs(),
            node.lifecycle(),
            new Housekeeping.Durables(
                node.journal(), node.outbox(), node.machine().keptLogs(), node.clock()),
            claims,
            node.commands());
    RequestHandler handler =
        new RequestHandler(node.codec(), claims, node.lifecycle(), node.commands());
    this.consumer =
        new RequestConsumer(
            new RequestConsumer.Config(
                kafka,
                "gantry-run-service",
                List.of(Topics.RUN_REQUESTS),
                Topics.DEAD_LETTER_SUFFIX,
                "run-service-" + node.host()),
            record -> handler.handle(origin(record)));
  }

  /** Begins to connect, and returns. */
  public void start() {
    node.runs().all().forEach(run -> housekeeping.journaled(run.id().value()));
    node.journal()
        .onDurable(
            frame -> {
              node.outbox().offer(frame);
              if (frame.kind() == Kind.REQUEST) {
                housekeeping.journaled(frame.run());
              }
            });
    publisher.start();
    var background = node.pools().background();
    background.execute(this::connect);
    HeartbeatPublisher heartbeat = new HeartbeatPublisher(producer, node.status());
    var _ =
        background.scheduleWithFixedDelay(
            () -> whenConnected(heartbeat::beat), 1, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
    var _ =
        background.scheduleWithFixedDelay(
            guarded(node.commands()::review), REVIEW_MILLIS, REVIEW_MILLIS, TimeUnit.MILLISECONDS);
    var _ =
        background.scheduleWithFixedDelay(
            () -> whenConnected(housekeeping::settleClaims), 1, 1, TimeUnit.SECONDS);
    var _ =
        background.scheduleWithFixedDelay(guarded(housekeeping::tidy), 60, 60, TimeUnit.SECONDS);
    var _ =
        background.scheduleWithFixedDelay(
            () -> whenConnected(node::sweep), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    var _ =
        background.scheduleWithFixedDelay(
            () -> whenConnected(housekeeping::expireClaims), 1, 24 * 60, TimeUnit.MINUTES);
  }

  /** Whether requests can be taken and facts be told. */
  public boolean ready() {
    return connected && consumer.healthy() && publisher.healthy();
  }

  @Override
  public void close() {
    consumer.close();
    publisher.close();
    producer.close();
  }

  private void connect() {
    until("topics", () -> TopicAdmin.ensure(kafka, topics(), TOPIC_PATIENCE));
    until("first use of Kafka", producer::warmUp);
    node.warmUp();
    until("the database's schema", migration::run);
    until("open claims", this::startOpenClaims);
    if (!Thread.currentThread().isInterrupted()) {
      consumer.start();
      connected = true;
      LOG.info("connected: requests are taken");
    }
  }

  private void startOpenClaims() throws SQLException {
    OrderReader orders = new OrderReader(node.codec());
    for (Claim claim : claims.open()) {
      orders
          .read(claim.request())
          .ifPresentOrElse(
              order -> {
                var _ = node.lifecycle().submit(order, Instant.now(), Optional.empty());
              },
              () -> LOG.errorf("the request of run %s cannot be read any more", claim.run()));
    }
  }

  private interface Attempt {
    void run() throws SQLException;
  }

  private static void until(String what, Attempt attempt) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        attempt.run();
        return;
      } catch (SQLException | RuntimeException e) {
        LOG.infof("%s: not yet, %s", what, e.getMessage());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void whenConnected(Runnable task) {
    if (connected) {
      guarded(task).run();
    }
  }

  /** A task that throws would not be called again. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("a regular task failed", e);
      }
    };
  }

  private static DeadLetter.Origin origin(ConsumerRecord<byte[], byte[]> record) {
    Map<String, byte[]> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value() == null ? new byte[0] : header.value());
    }
    return new DeadLetter.Origin(
        record.topic(), record.partition(), record.offset(), record.key(), record.value(), headers);
  }

  private static List<TopicSpec> topics() {
    return List.of(
        TopicSpec.log(
            Topics.RUN_REQUESTS, Topics.partitions(Topics.RUN_REQUESTS), Topics.RETENTION),
        TopicSpec.log(Topics.RUN_EVENTS, Topics.partitions(Topics.RUN_EVENTS), Topics.RETENTION),
        TopicSpec.deadLetters(Topics.deadLetters(Topics.RUN_REQUESTS), Topics.RETENTION),
        TopicSpec.latest(Topics.HOST_STATE));
  }
}
