package dev.gantry.image.scrub;

import dev.gantry.events.StoreEvent;
import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StoredBlob;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One scrub. One thread runs it; others may ask how far it is. */
final class Scrubber {
  private static final System.Logger LOG = System.getLogger(Scrubber.class.getName());
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int BATCH = 500;
  private static final double MILLIS_PER_SECOND = 1000.0;

  private final BlobStore store;
  private final BlobLinkRepository links;
  private final Pacer pacer;
  private final Instant start = Instant.now();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final List<String> corrupt = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private long corruptBlobs;
  private long missingBlobs;
  private long blobs;
  private long readBytes;

  Scrubber(BlobStore store, BlobLinkRepository links, Pacer pacer) {
    this.store = store;
    this.links = links;
    this.pacer = pacer;
  }

  /** Reads everything. */
  void scrub() throws IOException, InterruptedException {
    try (Stream<Digest> all = store.list()) {
      for (Iterator<Digest> each = all.iterator(); each.hasNext(); ) {
        Optional<StoredBlob> blob = store.find(each.next());
        if (blob.isPresent()) {
          check(blob.get());
        }
      }
    }
    findMissing();
  }

  private void check(StoredBlob blob) throws IOException, InterruptedException {
    boolean good;
    try {
      good = read(blob);
    } catch (NoSuchFileException collectedMeanwhile) {
      return;
    } catch (IOException unreadable) {
      LOG.log(System.Logger.Level.WARNING, blob.digest() + " cannot be read", unreadable);
      good = false;
    }
    // Nobody may get a link to bytes on their way out.
    if (!good && links.exclusively(blob.digest(), () -> store.quarantine(blob))) {
      LOG.log(
          System.Logger.Level.ERROR,
          blob.digest() + " is corrupt, and in quarantine: push it again");
      corrupt(blob.digest().toString());
    }
    counted(blob.size());
  }

  private boolean read(StoredBlob blob) throws IOException, InterruptedException {
    Digester digester = new Digester(blob.digest().algorithm());
    try (InputStream in = blob.read(0)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digester.update(buffer, 0, count);
        pacer.read(count);
      }
    }
    return digester.finish().equals(blob.digest());
  }

  private void findMissing() throws IOException {
    String last = "";
    List<String> page;
    do {
      page = links.digests(last, BATCH);
      for (String digest : page) {
        last = digest;
        if (isMissing(Digest.parse(digest))) {
          missing(digest);
        }
      }
    } while (page.size() == BATCH);
  }

  /** Without a link it is no loss: it was collected while we looked. */
  private boolean isMissing(Digest digest) throws IOException {
    return store.find(digest).isEmpty()
        && links.exclusively(digest, () -> store.find(digest).isEmpty() && links.isLinked(digest));
  }

  private synchronized void corrupt(String digest) {
    corruptBlobs++;
    if (corrupt.size() < StoreEvent.NAMED_MAX) {
      corrupt.add(digest);
    }
  }

  private synchronized void missing(String digest) {
    missingBlobs++;
    if (missing.size() < StoreEvent.NAMED_MAX) {
      missing.add(digest);
    }
  }

  private synchronized void counted(long bytes) {
    blobs++;
    readBytes += bytes;
  }

  /** How it is, now or at its end. */
  synchronized ScrubReport report(boolean running) {
    return new ScrubReport(
        running,
        start,
        Duration.between(start, Instant.now()).toMillis() / MILLIS_PER_SECOND,
        blobs,
        readBytes,
        corruptBlobs,
        missingBlobs,
        List.copyOf(corrupt),
        List.copyOf(missing));
  }
}
