package dev.gantry.image.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.DiskBlobStore;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.StoredBlob;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.oci.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {
  private static final UploadLimits LIMITS =
      new UploadLimits(3, 100, new Pace(0, Duration.ofMinutes(1)));
  private static final Digest ABCDEF = Digest.of(bytes("abcdef"));

  @TempDir private Path directory;
  private BlobStore store;
  private Uploads uploads;

  @BeforeEach
  void open() throws IOException {
    store = DiskBlobStore.open(directory);
    uploads = reopened();
  }

  @Test
  void chunksBecomeABlob() throws IOException {
    UUID id = begun();
    uploads.append(id, in("abc"), new ContentRange(0, 2));
    uploads.append(id, in("def"), new ContentRange(3, 5));

    assertThat(uploads.finish(id, ABCDEF)).isEqualTo(Outcome.done(6L));
    assertThat(store.find(ABCDEF)).get().extracting(UploadsTest::text).isEqualTo("abcdef");
  }

  @Test
  void anUploadWhoseFileIsGoneIsNotTakenForStale() throws IOException {
    UUID id = begun();
    for (StagedBlob staged : store.staged()) {
      staged.discard();
    }

    assertThat(uploads.untouchedSince(Instant.now().plusSeconds(60))).doesNotContain(id);
  }

  @Test
  void anUploadGoesOnAfterARestart() throws IOException {
    UUID id = begun();
    uploads.append(id, in("abc"), null);

    uploads = reopened();
    uploads.append(id, in("def"), new ContentRange(3, 5));

    assertThat(uploads.finish(id, ABCDEF)).isEqualTo(Outcome.done(6L));
  }

  @Test
  void anotherAlgorithmThanTheRunningOneIsChecked() throws IOException {
    UUID id = begun();
    uploads.append(id, in("abcdef"), null);
    Digest sha512 = Digest.of(Digest.Algorithm.SHA512, bytes("abcdef"));

    assertThat(uploads.finish(id, sha512)).isEqualTo(Outcome.done(6L));
  }

  @Test
  void aChunkOutOfOrderChangesNothing() throws IOException {
    UUID id = begun();
    uploads.append(id, in("abc"), null);

    assertRefused(uploads.append(id, in("xyz"), new ContentRange(4, 6)), 416);
    assertThat(uploads.size(id)).hasValue(3);
  }

  @Test
  void aChunkThatIsNotAsLongAsItSaysChangesNothing() throws IOException {
    UUID id = begun();
    uploads.append(id, in("abc"), null);

    assertRefused(uploads.append(id, in("def"), new ContentRange(3, 9)), 400);
    uploads.append(id, in("def"), null);
    assertThat(uploads.finish(id, ABCDEF)).isEqualTo(Outcome.done(6L));
  }

  @Test
  void whatArrivedBeforeTheSenderDiedIsKept() throws IOException {
    UUID id = begun();
    InputStream broken = new SequenceInputStream(in("abc"), new BrokenStream());

    assertThat(catchThrowable(() -> uploads.append(id, broken, null)))
        .isInstanceOf(IOException.class);
    uploads.append(id, in("def"), new ContentRange(3, 5));
    assertThat(uploads.finish(id, ABCDEF)).isEqualTo(Outcome.done(6L));
  }

  @Test
  void aWrongDigestThrowsTheUploadAway() throws IOException {
    UUID id = begun();
    uploads.append(id, in("abc"), null);

    assertRefused(uploads.finish(id, ABCDEF), 400);
    assertThat(uploads.contains(id)).isFalse();
    assertThat(store.find(ABCDEF)).isEmpty();
  }

  @Test
  void aBlobThatIsTooLongIsRefused() throws IOException {
    UUID id = begun();
    assertRefused(uploads.append(id, in("x".repeat(101)), null), 413);
    assertThat(uploads.size(id)).hasValue(0);
  }

  @Test
  void aSecondWriterIsRefusedWhileTheFirstWrites() throws IOException {
    UUID id = begun();
    CompletableFuture<Outcome<Long>> second = new CompletableFuture<>();
    InputStream first = new SequenceInputStream(in("abc"), new Meddling(id, second));

    uploads.append(id, first, null);

    assertRefused(second.join(), 409);
    assertThat(uploads.size(id)).hasValue(3);
  }

  @Test
  void noMoreUploadsThanAllowedAreOpen() throws IOException {
    begun();
    begun();
    UUID third = begun();

    assertRefused(uploads.begin(), ErrorCode.TOOMANYREQUESTS.httpStatus());
    uploads.discard(third);
    assertThat(uploads.begin()).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void onlyUntouchedUploadsAreThrownAway() throws IOException {
    UUID id = begun();
    assertThat(uploads.discardUntouchedSince(Instant.now().minusSeconds(60))).isEmpty();
    assertThat(uploads.discardUntouchedSince(Instant.now().plusSeconds(60))).containsExactly(id);
    assertThat(uploads.size(id)).isEmpty();
  }

  private UUID begun() throws IOException {
    return uploads
        .begin()
        .either(
            id -> id,
            refusal -> {
              throw new AssertionError(refusal);
            });
  }

  private Uploads reopened() throws IOException {
    return new Uploads(store, LIMITS);
  }

  private static void assertRefused(Outcome<?> outcome, int status) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.refusal().status()).isEqualTo(status));
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(StoredBlob blob) {
    try (InputStream in = blob.read(0)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** While it is read, another thread tries to write to the same upload. */
  private final class Meddling extends InputStream {
    private final UUID id;
    private final CompletableFuture<Outcome<Long>> outcome;

    Meddling(UUID id, CompletableFuture<Outcome<Long>> outcome) {
      this.id = id;
      this.outcome = outcome;
    }

    @Override
    public int read() {
      CompletableFuture.supplyAsync(this::meddle).thenAccept(outcome::complete).join();
      return -1;
    }

    private Outcome<Long> meddle() {
      try {
        return uploads.append(id, in("xyz"), null);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static final class BrokenStream extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("the sender died");
    }
  }
}
