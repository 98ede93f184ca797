package dev.gantry.run.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.oci.content.BlobWriter;
import dev.gantry.oci.content.ContentStore;
import dev.gantry.oci.content.Descriptor;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.ImageManifest;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarWriter;
import dev.gantry.run.service.SmallDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes and what stays, on a disk of 16 MiB. */
class ImageCollectorIT {
  private static final int MEGABYTE = 1 << 20;
  private static final Duration KEPT = Duration.ofHours(10);
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path temporary;
  private SmallDisk disk;
  private ContentStore content;
  private ImageShelf shelf;
  private ImageCollector collector;
  private Instant now = BEGIN;

  @BeforeEach
  void openShelf() throws Exception {
    Path images = temporary.resolve("images");
    disk = new SmallDisk(images, 16, 1000);
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    content = ContentStore.open(images.resolve("content"));
    shelf =
        new ImageShelf(
            new ManifestCache(content, Platform.LINUX_AMD64),
            LayerCache.open(images.resolve("layers"), Runnable::run),
            KnownImages.open(images, clock),
            new ImageHolds());
    collector = new ImageCollector(shelf, images, new CollectPolicy(KEPT, 80, 50), clock);
  }

  @AfterEach
  void unmount() throws Exception {
    disk.close();
  }

  // ---- by age

  @Test
  void whatNobodyUsedForLongGoes() throws Exception {
    String old = image("old", MEGABYTE);
    after(KEPT.plusSeconds(1));
    collector.collect();
    assertThat(shelf.local(old)).isEmpty();
    assertThat(shelf.layers().all()).isEmpty();
    assertThat(content.list()).isEmpty();
  }

  @Test
  void whatWasUsedLatelyStays() throws Exception {
    String recent = image("recent", MEGABYTE);
    after(KEPT.minusSeconds(1));
    collector.collect();
    assertThat(shelf.local(recent)).isPresent();
  }

  @Test
  void whatARunHasStaysHoweverOldItIs() throws Exception {
    String held = image("held", MEGABYTE);
    shelf.hold("run", held);
    after(KEPT.multipliedBy(2));
    collector.collect();
    assertThat(shelf.local(held)).isPresent();
  }

  @Test
  void theTimeOfAnImageBeginsWhenItsLastRunIsRemoved() throws Exception {
    String released = image("released", MEGABYTE);
    after(KEPT.multipliedBy(2));
    shelf.known().touch(released);
    collector.collect();
    assertThat(shelf.local(released)).isPresent();
  }

  @Test
  void aLayerThatAnotherImageHasStays() throws Exception {
    byte[] layer = layer("shared", MEGABYTE);
    image("old", layer);
    after(KEPT.plusSeconds(1));
    String young = image("young", layer);
    collector.collect();
    assertThat(shelf.known().all()).extracting(KnownImage::digest).containsExactly(young);
    assertThat(shelf.local(young)).isPresent();
  }

  // ---- by how full the disk is

  @Test
  void onAFullDiskTheLeastRecentlyUsedGoesFirstAndNoMoreThanIsNeeded() throws Exception {
    String first = image("first", 7 * MEGABYTE);
    after(Duration.ofMinutes(1));
    String second = image("second", 7 * MEGABYTE);
    collector.collect();
    assertThat(shelf.local(first)).isEmpty();
    assertThat(shelf.local(second)).isPresent();
  }

  @Test
  void onADiskThatIsNotFullNothingGoes() throws Exception {
    String image = image("image", 11 * MEGABYTE);
    collector.collect();
    assertThat(shelf.local(image)).isPresent();
  }

  @Test
  void onAFullDiskWhatARunHasStays() throws Exception {
    String held = image("held", 14 * MEGABYTE);
    shelf.hold("run", held);
    collector.collect();
    assertThat(shelf.local(held)).isPresent();
  }

  @Test
  void onAFullDiskWhatAPullWantsStays() throws Exception {
    byte[] layer = layer("pulled", 14 * MEGABYTE);
    Digest pulled = Digest.of(layer);
    shelf.layers().pin(List.of(pulled));
    unpack(layer);
    collector.collect();
    assertThat(shelf.layers().find(pulled)).isPresent();
  }

  @Test
  void onAFullDiskLayersOfNoImageGoBeforeImages() throws Exception {
    String image = image("image", 6 * MEGABYTE);
    byte[] orphan = layer("orphan", 8 * MEGABYTE);
    unpack(orphan);
    collector.collect();
    assertThat(shelf.local(image)).isPresent();
    assertThat(shelf.layers().find(Digest.of(orphan))).isEmpty();
  }

  @Test
  void aDiskWithoutAByteLeftIsRelieved() throws Exception {
    String image = image("image", 2 * MEGABYTE);
    disk.leaveBytes(0);
    collector.collect();
    assertThat(shelf.local(image)).isEmpty();
  }

  // ---- all at once

  @Test
  void aDryPruneDoesNotCountWhatAPullWants() throws Exception {
    byte[] layer = layer("pulled", MEGABYTE);
    shelf.layers().pin(List.of(Digest.of(layer)));
    unpack(layer);
    assertThat(collector.prune(Set.of(), true).layers()).isZero();
  }

  @Test
  void aDryPruneCountsWhatOnlyRunsHaveThatWouldGo() throws Exception {
    String image = image("image", MEGABYTE);
    shelf.hold("gone", image);
    assertThat(collector.prune(Set.of("gone"), true).images()).containsExactly(image);
  }

  // ---- images

  private void after(Duration time) {
    now = now.plus(time);
  }

  private String image(String name, int bytes) throws IOException {
    return image(name, layer(name, bytes));
  }

  /** An image that is here, used now; its digest. */
  private String image(String name, byte[] layer) throws IOException {
    byte[] config =
        """
        {"os":"linux","architecture":"amd64","config":{"Env":["NAME=%s"]},
         "rootfs":{"type":"layers","diff_ids":["%s"]}}
        """
            .formatted(name, Digest.of(layer))
            .getBytes(StandardCharsets.UTF_8);
    ImageManifest manifest =
        ImageManifest.of(
            Descriptor.of("application/vnd.oci.image.config.v1+json", config),
            List.of(Descriptor.of("application/vnd.oci.image.layer.v1.tar", layer)),
            Map.of());
    store(config);
    store(manifest.bytes());
    unpack(layer);
    String digest = manifest.digest().toString();
    shelf.used(name + ":1", digest);
    return digest;
  }

  private void store(byte[] blob) throws IOException {
    try (BlobWriter writer = content.begin()) {
      writer.write(blob);
      writer.commit(null);
    }
  }

  private void unpack(byte[] layer) throws IOException {
    LayerCache.join(
        List.of(shelf.layers().obtain(Digest.of(layer), () -> new ByteArrayInputStream(layer))));
  }

  private static byte[] layer(String name, int bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    tar.begin(
        TarEntry.of(name, TarEntry.Kind.FILE, 0644, new TarEntry.Owner(0, 0), BEGIN)
            .withSize(bytes));
    tar.write(new byte[bytes], 0, bytes);
    tar.finish();
    return out.toByteArray();
  }
}
