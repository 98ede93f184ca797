package dev.gantry.image.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of blobs promises. A store's own test extends this. */
abstract class BlobStoreContract {
  private static final Digest ABCDEF = Digest.of(bytes("abcdef"));

  private BlobStore store;

  /** Opens the store, the same one each time in one test: as if the process had started anew. */
  abstract BlobStore open() throws IOException;

  @BeforeEach
  void openOnce() throws IOException {
    store = open();
  }

  @Test
  void whatWasAppendedIsTheBlob() throws IOException {
    StagedBlob staged = store.begin(UUID.randomUUID());
    append(staged, "abc");
    append(staged, "def");
    staged.commit(ABCDEF);

    assertThat(text(ABCDEF)).isEqualTo("abcdef");
  }

  @Test
  void aBlobOfNoBytesIsABlob() throws IOException {
    Digest nothing = Digest.of(new byte[0]);
    store.begin(UUID.randomUUID()).commit(nothing);

    assertThat(store.find(nothing)).hasValueSatisfying(blob -> assertThat(blob.size()).isZero());
  }

  @Test
  void aBlobIsNamedByEitherAlgorithm() throws IOException {
    Digest sha512 = Digest.of(Digest.Algorithm.SHA512, bytes("abcdef"));
    commit(sha512, "abcdef");

    assertThat(text(sha512)).isEqualTo("abcdef");
    assertThat(store.find(ABCDEF)).isEmpty();
  }

  @Test
  void aBlobKnowsItsDigestAndSize() throws IOException {
    commit(ABCDEF, "abcdef");

    StoredBlob found = store.find(ABCDEF).orElseThrow();
    assertThat(found.digest()).isEqualTo(ABCDEF);
    assertThat(found.size()).isEqualTo(6);
  }

  @Test
  void aBlobIsReadFromTheMiddle() throws IOException {
    commit(ABCDEF, "abcdef");

    try (InputStream in = store.find(ABCDEF).orElseThrow().read(4)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes("ef"));
    }
  }

  @Test
  void anUploadIsNoBlobUntilItIsCommitted() throws IOException {
    append(store.begin(UUID.randomUUID()), "abcdef");

    assertThat(store.find(ABCDEF)).isEmpty();
    assertThat(listed()).isEmpty();
  }

  @Test
  void anUploadKnowsWhatHasArrived() throws IOException {
    StagedBlob staged = store.begin(UUID.randomUUID());
    append(staged, "abc");

    assertThat(staged.size()).isEqualTo(3);
    try (InputStream in = staged.read()) {
      assertThat(in.readAllBytes()).isEqualTo(bytes("abc"));
    }
  }

  @Test
  void anUploadIsCutBack() throws IOException {
    StagedBlob staged = store.begin(UUID.randomUUID());
    append(staged, "abcxyz");
    staged.truncate(3);
    append(staged, "def");
    staged.commit(ABCDEF);

    assertThat(text(ABCDEF)).isEqualTo("abcdef");
  }

  @Test
  void anUploadGoesOnInTheNextProcess() throws IOException {
    UUID id = UUID.randomUUID();
    append(store.begin(id), "abc");

    StagedBlob found = open().staged().getFirst();
    assertThat(found.id()).isEqualTo(id);
    append(found, "def");
    found.commit(ABCDEF);
    assertThat(text(ABCDEF)).isEqualTo("abcdef");
  }

  @Test
  void anUploadThatWasCommittedIsGone() throws IOException {
    commit(ABCDEF, "abcdef");
    assertThat(store.staged()).isEmpty();
  }

  @Test
  void anUploadThatWasThrownAwayIsGone() throws IOException {
    StagedBlob staged = store.begin(UUID.randomUUID());
    staged.discard();
    staged.discard();
    assertThat(store.staged()).isEmpty();
  }

  @Test
  void anUploadIsNotBegunTwice() throws IOException {
    UUID id = UUID.randomUUID();
    store.begin(id);
    assertThatThrownBy(() -> store.begin(id)).isInstanceOf(IOException.class);
  }

  @Test
  void anUploadIsTouchedByItsBytes() throws IOException {
    Instant before = Instant.now().minusSeconds(1);
    StagedBlob staged = store.begin(UUID.randomUUID());
    append(staged, "abc");
    assertThat(staged.touchedAt()).isBetween(before, Instant.now().plusSeconds(1));
  }

  @Test
  void theSameBytesMayBeCommittedAgain() throws IOException {
    commit(ABCDEF, "abcdef");
    commit(ABCDEF, "abcdef");

    assertThat(text(ABCDEF)).isEqualTo("abcdef");
    assertThat(listed()).containsExactly(ABCDEF);
  }

  @Test
  void blobsOutliveTheProcess() throws IOException {
    commit(ABCDEF, "abcdef");
    store = open();
    assertThat(text(ABCDEF)).isEqualTo("abcdef");
  }

  @Test
  void allBlobsAreListed() throws IOException {
    Digest other = Digest.of(Digest.Algorithm.SHA512, bytes("other"));
    commit(ABCDEF, "abcdef");
    commit(other, "other");

    assertThat(listed()).containsExactlyInAnyOrder(ABCDEF, other);
  }

  @Test
  void anOldBlobIsDeleted() throws IOException {
    commit(ABCDEF, "abcdef");

    assertThat(store.delete(ABCDEF, later())).isEqualTo(BlobStore.Removal.DELETED);
    assertThat(store.find(ABCDEF)).isEmpty();
    assertThat(listed()).isEmpty();
  }

  @Test
  void aFreshBlobIsNotDeleted() throws IOException {
    Instant then = Instant.now().minusSeconds(60);
    commit(ABCDEF, "abcdef");

    assertThat(store.delete(ABCDEF, then)).isEqualTo(BlobStore.Removal.FRESH);
    assertThat(text(ABCDEF)).isEqualTo("abcdef");
  }

  @Test
  void aBlobThatIsCommittedAgainIsFresh() throws IOException {
    commit(ABCDEF, "abcdef");
    Instant committed = Instant.now();
    pass(committed);
    commit(ABCDEF, "abcdef");

    assertThat(store.delete(ABCDEF, committed.plusMillis(10))).isEqualTo(BlobStore.Removal.FRESH);
  }

  @Test
  void aBlobThatIsNotThereIsNotDeleted() throws IOException {
    assertThat(store.delete(ABCDEF, later())).isEqualTo(BlobStore.Removal.ABSENT);
  }

  @Test
  void aReaderReadsOnWhenTheBlobIsDeleted() throws IOException {
    commit(ABCDEF, "abcdef");
    try (InputStream in = store.find(ABCDEF).orElseThrow().read(0)) {
      store.delete(ABCDEF, later());
      assertThat(in.readAllBytes()).isEqualTo(bytes("abcdef"));
    }
  }

  @Test
  void aBlobThatWasFoundAndDeletedCannotBeOpened() throws IOException {
    commit(ABCDEF, "abcdef");
    StoredBlob found = store.find(ABCDEF).orElseThrow();
    store.delete(ABCDEF, later());
    assertThatThrownBy(() -> found.read(0)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aBlobInQuarantineIsAbsent() throws IOException {
    commit(ABCDEF, "abcdef");

    assertThat(store.quarantine(store.find(ABCDEF).orElseThrow())).isTrue();
    assertThat(store.find(ABCDEF)).isEmpty();
    assertThat(listed()).isEmpty();
  }

  @Test
  void aPushHealsABlobInQuarantine() throws IOException {
    commit(ABCDEF, "abcdef");
    store.quarantine(store.find(ABCDEF).orElseThrow());
    commit(ABCDEF, "abcdef");

    assertThat(text(ABCDEF)).isEqualTo("abcdef");
  }

  @Test
  void whatWasStoredAnewIsNotQuarantined() throws IOException {
    commit(ABCDEF, "abcdef");
    StoredBlob found = store.find(ABCDEF).orElseThrow();
    store.delete(ABCDEF, later());
    commit(ABCDEF, "abcdef");

    assertThat(store.quarantine(found)).isFalse();
    assertThat(text(ABCDEF)).isEqualTo("abcdef");
  }

  @Test
  void whatIsCommittedWhileItIsDeletedIsThere() throws Exception {
    for (int i = 0; i < 100; i++) {
      Digest digest = Digest.of(bytes("round " + i));
      commit(digest, "round " + i);
      Instant then = Instant.now();
      pass(then);
      CountDownLatch start = new CountDownLatch(1);
      try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
        StagedBlob again = store.begin(UUID.randomUUID());
        append(again, "round " + i);
        Future<BlobStore.Removal> removal =
            other.submit(
                () -> {
                  start.await();
                  return store.delete(digest, then.plusMillis(5));
                });
        start.countDown();
        again.commit(digest);
        removal.get();
      }
      assertThat(text(digest)).isEqualTo("round " + i);
    }
  }

  /** Returns when a file system's clock shows a later time as well. */
  private static void pass(Instant then) {
    while (Instant.now().isBefore(then.plusMillis(30))) {
      Thread.onSpinWait();
    }
  }

  private static Instant later() {
    return Instant.now().plusSeconds(60);
  }

  private void commit(Digest digest, String content) throws IOException {
    StagedBlob staged = store.begin(UUID.randomUUID());
    append(staged, content);
    staged.commit(digest);
  }

  private static void append(StagedBlob staged, String content) throws IOException {
    try (WritableByteChannel channel = staged.append()) {
      channel.write(ByteBuffer.wrap(bytes(content)));
    }
  }

  private String text(Digest digest) throws IOException {
    try (InputStream in = store.find(digest).orElseThrow().read(0)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<Digest> listed() throws IOException {
    try (Stream<Digest> blobs = store.list()) {
      return blobs.toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
