package dev.gantry.oci.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;
  private ContentStore store;

  @BeforeEach
  void open() throws IOException {
    store = ContentStore.open(directory);
  }

  private Digest put(byte[] content) throws IOException {
    try (BlobWriter writer = store.begin()) {
      writer.write(content);
      return writer.commit(null);
    }
  }

  private long filesIn(String name) throws IOException {
    try (var files = Files.walk(directory.resolve(name))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void aCommittedBlobIsRead() throws IOException {
    Digest digest = put(HELLO);
    try (FileChannel channel = store.open(digest).orElseThrow()) {
      ByteBuffer content = ByteBuffer.allocate(10);
      channel.read(content);
      assertThat(content.flip()).isEqualTo(ByteBuffer.wrap(HELLO));
    }
  }

  @Test
  void aBlobHasTheDigestOfItsBytes() throws IOException {
    assertThat(put(HELLO)).isEqualTo(Digest.of(HELLO));
  }

  @Test
  void aBlobCanBeNamedBySha512() throws IOException {
    Digest expected = Digest.of(Digest.Algorithm.SHA512, HELLO);
    try (BlobWriter writer = store.begin(Digest.Algorithm.SHA512)) {
      writer.write(HELLO);
      writer.commit(expected);
    }
    assertThat(store.size(expected)).hasValue(5);
  }

  @Test
  void aBlobWithAnotherDigestIsDiscarded() throws IOException {
    try (BlobWriter writer = store.begin()) {
      writer.write(HELLO);
      assertThatThrownBy(() -> writer.commit(Digest.of(new byte[1])))
          .isInstanceOf(DigestMismatchException.class);
    }
    assertThat(filesIn("tmp") + filesIn("blobs")).isZero();
  }

  @Test
  void aBlobThatIsNotCommittedLeavesNothing() throws IOException {
    try (BlobWriter writer = store.begin()) {
      writer.write(HELLO);
    }
    assertThat(filesIn("tmp") + filesIn("blobs")).isZero();
  }

  @Test
  void theSameBlobTwiceIsOne() throws IOException {
    put(HELLO);
    put(HELLO);
    assertThat(store.list()).containsExactly(Digest.of(HELLO));
    assertThat(filesIn("tmp")).isZero();
  }

  @Test
  void whatAnEarlierProcessLeftUnfinishedGoes() throws IOException {
    store.begin().write(HELLO);
    ContentStore.open(directory);
    assertThat(filesIn("tmp")).isZero();
  }

  @Test
  void blobsAreThereAfterReopening() throws IOException {
    Digest digest = put(HELLO);
    assertThat(ContentStore.open(directory).contains(digest)).isTrue();
  }

  @Test
  void aFileIsAdopted() throws IOException {
    Path file = Files.write(directory.resolve("upload"), HELLO);
    store.adopt(file, Digest.of(HELLO));
    assertThat(file).doesNotExist();
    assertThat(store.find(Digest.of(HELLO)).orElseThrow()).hasBinaryContent(HELLO);
  }

  @Test
  void aDeletedBlobIsGone() throws IOException {
    Digest digest = put(HELLO);
    assertThat(store.delete(digest)).isTrue();
    assertThat(store.delete(digest)).isFalse();
    assertThat(store.open(digest)).isEmpty();
  }

  @Test
  void manyWritersOfOneBlobAllSucceed() throws Exception {
    try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
      var puts = IntStream.range(0, 64).mapToObj(i -> writers.submit(() -> put(HELLO))).toList();
      for (var put : puts) {
        assertThat(put.get()).isEqualTo(Digest.of(HELLO));
      }
    }
    assertThat(filesIn("blobs")).isEqualTo(1);
  }
}
