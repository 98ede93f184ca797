package dev.gantry.image.upload;

import dev.gantry.image.ImageConfig;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Throws away, now and then, the uploads that nobody goes on with. */
@ApplicationScoped
public class SweepWiring {
  private static final Logger LOG = Logger.getLogger(SweepWiring.class);
  static final int BATCH = 10_000;

  private final Uploads uploads;
  private final UploadRepository rows;
  private final Duration ttl;

  SweepWiring(Uploads uploads, UploadRepository rows, ImageConfig config) {
    this.uploads = uploads;
    this.rows = rows;
    this.ttl = config.uploadTtl();
  }

  @Scheduled(every = "10m", delayed = "1m")
  void sweep() {
    Instant then = Instant.now().minus(ttl);
    try {
      List<UUID> expired = uploads.discardUntouchedSince(then);
      if (!expired.isEmpty()) {
        LOG.infof("threw away %d uploads: nothing came since %s", expired.size(), then);
      }
      rows.close(
          rows.startedBefore(then, BATCH).stream().filter(id -> !uploads.contains(id)).toList());
    } catch (IOException | RuntimeException e) {
      LOG.warnf("cannot throw away old uploads, trying again later: %s", e);
    }
  }
}
