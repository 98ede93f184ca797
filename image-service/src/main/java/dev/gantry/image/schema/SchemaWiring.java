package dev.gantry.image.schema;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;

/**
 * Brings the schema up to date beside the start of the service: a database that is away delays
 * readiness, and never fails the start.
 */
@ApplicationScoped
@Startup
public class SchemaWiring {
  private static final Logger LOG = Logger.getLogger(SchemaWiring.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Flyway flyway;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile boolean stopped;

  SchemaWiring(Flyway flyway) {
    this.flyway = flyway;
  }

  void start(@Observes StartupEvent event) {
    Thread.ofPlatform().daemon().name("schema").start(this::migrate);
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
  }

  /** Whether the schema is up to date. */
  public boolean ready() {
    return ready.getCount() == 0;
  }

  /** Returns when the schema is up to date. */
  public void await() throws InterruptedException {
    ready.await();
  }

  private void migrate() {
    String last = "";
    while (!stopped) {
      try {
        flyway.migrate();
        ready.countDown();
        return;
      } catch (FlywayException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        if (!reason.equals(last)) {
          LOG.warnf("waiting for the database: %s", reason);
          last = reason;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
