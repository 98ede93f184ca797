package dev.gantry.image.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.DiskBlobStore;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.oci.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real file system of one mebibyte. */
class FullDiskIT {
  private static final UploadLimits LIMITS =
      new UploadLimits(10, Long.MAX_VALUE, new Pace(0, Duration.ofMinutes(1)));
  private static final byte[] SMALL = new byte[1000];

  private Path disk;
  private BlobStore store;
  private Uploads uploads;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "full-");
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
    store = DiskBlobStore.open(disk);
    uploads = new Uploads(store, LIMITS);
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", disk.toString());
    Files.delete(disk);
  }

  @Test
  void aBlobThatDoesNotFitLeavesRoomForOneThatDoes() throws Exception {
    UUID large = begun();
    assertThatThrownBy(
            () -> uploads.append(large, new ByteArrayInputStream(new byte[2_000_000]), null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    assertThat(uploads.discard(large)).isTrue();

    UUID small = begun();
    uploads.append(small, new ByteArrayInputStream(SMALL), null);
    assertThat(uploads.finish(small, Digest.of(SMALL))).isEqualTo(Outcome.done(1000L));
    try (var blobs = store.list()) {
      assertThat(blobs).containsExactly(Digest.of(SMALL));
    }
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

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
