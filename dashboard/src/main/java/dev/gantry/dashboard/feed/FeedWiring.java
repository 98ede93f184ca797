package dev.gantry.dashboard.feed;

import dev.gantry.bus.BusUnavailableException;
import dev.gantry.bus.LogFollower;
import dev.gantry.bus.TopicAdmin;
import dev.gantry.bus.TopicSpec;
import dev.gantry.dashboard.DashboardConfig;
import dev.gantry.dashboard.view.ViewStore;
import dev.gantry.events.Topics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts the feed when database and bus are there, however long that takes, and keeps it small. */
@Singleton
public final class FeedWiring {
  private static final Logger LOG = Logger.getLogger(FeedWiring.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_SECONDS = 1;

  private final DashboardConfig config;
  private final Flyway flyway;
  private final Map<String, Object> kafka;
  private final ViewStore views;
  private final FeedStore store;
  private final FeedTail tail = new FeedTail();
  private volatile boolean stopping;
  private volatile @Nullable LogFollower follower;

  FeedWiring(
      DashboardConfig config,
      DataSource database,
      Flyway flyway,
      @ConfigProperty(name = "kafka.bootstrap.servers") String servers) {
    this.config = config;
    this.flyway = flyway;
    this.kafka = Map.of("bootstrap.servers", servers);
    this.views = new ViewStore(database);
    this.store = new FeedStore(database, views);
  }

  @Produces
  @Singleton
  ViewStore views() {
    return views;
  }

  @Produces
  @Singleton
  FeedReader reader() {
    return new FeedReader(store, tail);
  }

  /** Whether what happens arrives in the feed now. */
  boolean isFollowing() {
    LogFollower current = follower;
    return current != null && current.healthy();
  }

  void start(@Observes StartupEvent event) {
    Thread.ofPlatform().daemon().name("feed-start").start(this::startPatiently);
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
    LogFollower current = follower;
    if (current != null) {
      current.close();
    }
  }

  @Scheduled(
      every = "1m",
      delayed = "10s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void forget() {
    if (!tail.isReady()) {
      return;
    }
    try {
      int deleted = store.forget(config.feedEventsMax(), config.feedAgeMax(), config.viewsMax());
      if (deleted > 0) {
        LOG.infof("%d events were old enough to go", deleted);
      }
    } catch (SQLException e) {
      LOG.warnf("old events stay for now: %s", e.getMessage());
    }
  }

  private void startPatiently() {
    while (!stopping) {
      try {
        flyway.migrate();
        TopicAdmin.ensure(kafka, topics(), PATIENCE);
        tail.begin(store.lastId());
        LogFollower started =
            new LogFollower(
                kafka,
                topics().stream().map(TopicSpec::name).toList(),
                new FeedSink(store, tail),
                "dashboard-feed");
        started.start();
        follower = started;
        return;
      } catch (FlywayException | SQLException | BusUnavailableException e) {
        LOG.warnf("the feed waits for database and bus: %s", e.getMessage());
      }
      try {
        TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static List<TopicSpec> topics() {
    List<TopicSpec> topics = new ArrayList<>();
    for (String name : Topics.FACTS) {
      topics.add(
          Topics.compacted(name)
              ? TopicSpec.latest(name)
              : TopicSpec.log(name, Topics.partitions(name), Topics.RETENTION));
    }
    for (String name : Topics.REQUESTS) {
      topics.add(TopicSpec.deadLetters(Topics.deadLetters(name), Topics.RETENTION));
    }
    return topics;
  }
}
