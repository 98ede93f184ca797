package dev.gantry.image.collect;

import dev.gantry.events.StoreEvent;
import dev.gantry.image.ImageConfig;
import dev.gantry.image.outbox.OutboxRepository;
import dev.gantry.image.schema.SchemaWiring;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Collects now and then, or when asked; one collection at a time. */
@ApplicationScoped
public class CollectionWiring {
  private static final Logger LOG = Logger.getLogger(CollectionWiring.class);

  private final Collector.Parts parts;
  private final OutboxRepository outbox;
  private final SchemaWiring schema;
  private final ImageConfig config;
  private final ReentrantLock running = new ReentrantLock();
  private volatile @Nullable Report last;

  CollectionWiring(
      Collector.Parts parts, OutboxRepository outbox, SchemaWiring schema, ImageConfig config) {
    this.parts = parts;
    this.outbox = outbox;
    this.schema = schema;
    this.config = config;
  }

  @Scheduled(every = "${gantry.gc.every:6h}", delayed = "10m")
  void collectNowAndThen() {
    if (!schema.ready()) {
      return;
    }
    try {
      collect(false, Optional.empty()).ifPresent(report -> LOG.infof("collected: %s", report));
    } catch (IOException | RuntimeException e) {
      LOG.warnf("cannot collect garbage, trying again later: %s", e);
    }
  }

  /** What the last one of this process threw away. */
  Optional<Report> last() {
    return Optional.ofNullable(last);
  }

  /**
   * Collects, and tells of it; empty while another collection runs.
   *
   * @param untaggedAge after how long manifests without a tag go, where it is not as configured
   */
  Optional<Report> collect(boolean dryRun, Optional<Duration> untaggedAge) throws IOException {
    if (!running.tryLock()) {
      return Optional.empty();
    }
    try {
      ImageConfig.Gc gc = config.gc();
      Terms terms =
          new Terms(gc.grace(), gc.hold(), untaggedAge.or(gc::untaggedAge).orElse(null), dryRun);
      Report report = new Collector(parts, terms).collect();
      if (!dryRun) {
        last = report;
        QuarkusTransaction.requiringNew().run(() -> outbox.append(event(report)));
      }
      return Optional.of(report);
    } finally {
      running.unlock();
    }
  }

  private StoreEvent event(Report report) {
    return new StoreEvent.Collected(
        config.hostId(),
        report.manifests(),
        report.links(),
        report.blobs(),
        report.freedBytes(),
        report.uploads(),
        report.keptBlobs(),
        Math.round(report.seconds() * 1000));
  }
}
