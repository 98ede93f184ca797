package dev.gantry.image.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.oci.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskBlobStoreTest extends BlobStoreContract {
  @TempDir private Path directory;

  @Override
  BlobStore open() throws IOException {
    return DiskBlobStore.open(directory);
  }

  @Test
  void blobsLieInShards() throws IOException {
    Digest digest = stored("abc");
    assertThat(directory.resolve("content/blobs/sha256/" + digest.hex().substring(0, 2)))
        .isDirectoryContaining(file -> file.getFileName().toString().equals(digest.hex()));
  }

  @Test
  void theBytesOfAQuarantinedBlobAreKept() throws IOException {
    BlobStore store = open();
    store.quarantine(store.find(stored("abc")).orElseThrow());
    try (Stream<Path> kept = Files.list(directory.resolve("quarantine"))) {
      assertThat(kept).singleElement().satisfies(file -> assertThat(file).hasContent("abc"));
    }
  }

  private Digest stored(String content) throws IOException {
    StagedBlob staged = open().begin(UUID.randomUUID());
    try (WritableByteChannel channel = staged.append()) {
      channel.write(ByteBuffer.wrap(content.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    Digest digest = Digest.of(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    staged.commit(digest);
    return digest;
  }
}
