package dev.gantry.bus;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/** Makes sure that topics are there. */
public final class TopicAdmin {
  private static final Logger LOG = Logger.getLogger(TopicAdmin.class);
  private static final int REQUEST_MILLIS_MAX = 5_000;

  private TopicAdmin() {}

  /**
   * Creates the topics that are missing; one that exists is left as it is. Retries while Kafka is
   * away, and throws {@link BusUnavailableException} when {@code patience} has run out.
   *
   * @param kafka client settings, {@code bootstrap.servers} at least
   * @throws IllegalStateException Kafka refuses a topic for good
   */
  public static void ensure(
      Map<String, Object> kafka, Collection<TopicSpec> topics, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS_MAX);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_MILLIS_MAX);
    Backoff backoff = new Backoff();
    try (Admin admin = Admin.create(settings)) {
      while (true) {
        try {
          create(admin, topics);
          return;
        } catch (RetriableException e) {
          giveUpAfter(deadline, e);
          LOG.infof("Kafka is not ready for topics yet: %s", e.getMessage());
          Thread.sleep(backoff.next());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusUnavailableException("interrupted while waiting for Kafka", e);
    }
  }

  private static void create(Admin admin, Collection<TopicSpec> topics)
      throws InterruptedException {
    Map<String, KafkaFuture<Void>> results =
        admin
            .createTopics(
                topics.stream()
                    .map(
                        topic ->
                            new NewTopic(
                                    topic.name(), Optional.of(topic.partitions()), Optional.empty())
                                .configs(topic.config()))
                    .toList())
            .values();
    for (Map.Entry<String, KafkaFuture<Void>> result : results.entrySet()) {
      try {
        result.getValue().get();
        LOG.infof("created topic %s", result.getKey());
      } catch (ExecutionException e) {
        classify(result.getKey(), e);
      }
    }
  }

  private static void classify(String topic, ExecutionException failure) {
    switch (failure.getCause()) {
      case TopicExistsException _ -> LOG.debugf("topic %s exists", topic);
      case RetriableException retriable -> throw retriable;
      case null, default ->
          throw new IllegalStateException("Kafka refuses the topic " + topic, failure);
    }
  }

  private static void giveUpAfter(long deadline, RetriableException cause) {
    if (System.nanoTime() > deadline) {
      throw new BusUnavailableException("Kafka is away: " + cause.getMessage(), cause);
    }
  }
}
