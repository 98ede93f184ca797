package dev.gantry.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.oci.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerFileTest {
  @TempDir Path folder;

  @Test
  void theDiffIdIsTheDigestOfTheTarItself() throws Exception {
    Path tar = tar();

    LayerFile layer = LayerFile.make(tar, folder.resolve("layer"));

    assertThat(layer.diffId()).isEqualTo(Digest.of(Files.readAllBytes(tar)));
  }

  @Test
  void theDescriptorIsThatOfTheCompressedFile() throws Exception {
    LayerFile layer = LayerFile.make(tar(), folder.resolve("layer"));

    byte[] compressed = Files.readAllBytes(layer.file());
    assertThat(layer.descriptor().digest()).isEqualTo(Digest.of(compressed));
    assertThat(layer.descriptor().size()).isEqualTo(compressed.length);
  }

  @Test
  void aCompressedTarMakesTheSameLayer() throws Exception {
    Path tar = tar();
    Path compressed = folder.resolve("rootfs.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
      Files.copy(tar, out);
    }

    assertThat(LayerFile.make(compressed, folder.resolve("one")).descriptor())
        .isEqualTo(LayerFile.make(tar, folder.resolve("two")).descriptor());
  }

  @Test
  void whatIsNoTarIsRefused() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "hello ".repeat(1000));

    assertThatThrownBy(() -> LayerFile.make(text, folder.resolve("layer")))
        .hasMessageContaining("neither a tar");
  }

  @Test
  void theSameBusyboxMakesTheSameBytes() throws Exception {
    assertThat(busybox()).isEqualTo(busybox());
  }

  private static byte[] busybox() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BusyboxRootfs.write(out);
    return out.toByteArray();
  }

  private Path tar() throws Exception {
    Path file = folder.resolve("rootfs.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      TarArchiveEntry entry = new TarArchiveEntry("etc/");
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    return file;
  }
}
