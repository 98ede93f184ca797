package dev.gantry.image.scrub;

import dev.gantry.events.StoreEvent;
import dev.gantry.image.ImageConfig;
import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.outbox.OutboxRepository;
import dev.gantry.image.schema.SchemaWiring;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Scrubs now and then, or when asked, beside everything else; one scrub at a time. */
@ApplicationScoped
public class ScrubWiring {
  private static final Logger LOG = Logger.getLogger(ScrubWiring.class);

  private final BlobStore store;
  private final BlobLinkRepository links;
  private final OutboxRepository outbox;
  private final SchemaWiring schema;
  private final ImageConfig config;
  private @Nullable Scrubber running;
  private @Nullable Thread thread;
  private @Nullable ScrubReport last;

  ScrubWiring(
      BlobStore store,
      BlobLinkRepository links,
      OutboxRepository outbox,
      SchemaWiring schema,
      ImageConfig config) {
    this.store = store;
    this.links = links;
    this.outbox = outbox;
    this.schema = schema;
    this.config = config;
  }

  @Scheduled(every = "${gantry.scrub.every:168h}", delayed = "1h")
  void scrubNowAndThen() {
    if (schema.ready()) {
      start();
    }
  }

  synchronized void stop(@Observes ShutdownEvent event) {
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Starts one; empty while another runs. */
  synchronized Optional<ScrubReport> start() {
    if (running != null) {
      return Optional.empty();
    }
    Scrubber scrubber = new Scrubber(store, links, new Pacer(config.scrub().bytesPerSecondMax()));
    running = scrubber;
    thread = Thread.ofPlatform().daemon().name("scrub").start(() -> scrub(scrubber));
    return Optional.of(scrubber.report(true));
  }

  /** The running one so far, else the last one of this process. */
  synchronized Optional<ScrubReport> latest() {
    return running == null ? Optional.ofNullable(last) : Optional.of(running.report(true));
  }

  private void scrub(Scrubber scrubber) {
    try {
      scrubber.scrub();
      ScrubReport report = scrubber.report(false);
      QuarkusTransaction.requiringNew().run(() -> outbox.append(event(report)));
      LOG.infof("scrubbed: %s", report);
    } catch (InterruptedException shuttingDown) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.warnf("cannot scrub, trying again later: %s", e);
    } finally {
      ended(scrubber);
    }
  }

  private synchronized void ended(Scrubber scrubber) {
    last = scrubber.report(false);
    running = null;
    thread = null;
  }

  private StoreEvent event(ScrubReport report) {
    return new StoreEvent.Scrubbed(
        config.hostId(),
        report.blobs(),
        report.readBytes(),
        report.corruptBlobs(),
        report.missingBlobs(),
        report.corrupt(),
        report.missing(),
        Math.round(report.seconds() * 1000));
  }
}
