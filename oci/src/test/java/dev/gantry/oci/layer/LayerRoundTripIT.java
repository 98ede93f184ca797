package dev.gantry.oci.layer;

import static dev.gantry.oci.layer.Archives.archive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileName;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import dev.gantry.oci.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written as a layer and unpacked again is what it was. */
class LayerRoundTripIT {
  private static final Instant TIME = Instant.ofEpochSecond(1_600_000_000);
  private static final UnpackOptions WITH_DEVICES =
      new UnpackOptions(
          LayerLimits.DEFAULT,
          UnpackOptions.Whiteouts.OVERLAY,
          true,
          true,
          new UnpackOptions.Place.Fresh());

  @TempDir private Path temporary;
  private DirFd from;
  private DirFd to;

  @BeforeEach
  void open() throws IOException {
    from = DirFd.open(Files.createDirectory(temporary.resolve("from")));
    to = DirFd.open(Files.createDirectory(temporary.resolve("to")));
  }

  @AfterEach
  void remove() throws IOException {
    from.deleteContents();
    to.deleteContents();
    from.close();
    to.close();
  }

  private static byte[] write(DirFd tree, LayerOptions options) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerWriter.write(tree, out, options);
    return out.toByteArray();
  }

  private UnpackedLayer roundTrip() throws IOException {
    byte[] layer = write(from, LayerOptions.of(Compression.NONE));
    return LayerReader.unpack(new ByteArrayInputStream(layer), to, WITH_DEVICES);
  }

  private void file(String path, byte[] content) throws IOException {
    try (var out = from.create(path, 0644).output()) {
      out.write(content);
    }
  }

  @ParameterizedTest
  @EnumSource
  void contentComesBackInEveryCompression(Compression compression) throws IOException {
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    file("f", content);
    byte[] layer = write(from, LayerOptions.of(compression));
    LayerReader.unpack(new ByteArrayInputStream(layer), to, UnpackOptions.LAYER);
    assertThat(Files.readAllBytes(temporary.resolve("to/f"))).isEqualTo(content);
  }

  @ParameterizedTest
  @EnumSource
  void bothSidesComputeTheSameDigests(Compression compression) throws IOException {
    file("f", new byte[500_000]);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WrittenLayer written = LayerWriter.write(from, out, LayerOptions.of(compression));
    assertThat(written.descriptor().digest()).isEqualTo(Digest.of(out.toByteArray()));
    UnpackedLayer unpacked =
        LayerReader.unpack(new ByteArrayInputStream(out.toByteArray()), to, UnpackOptions.LAYER);
    assertThat(unpacked.diffId()).isEqualTo(written.diffId());
  }

  @ParameterizedTest
  @EnumSource
  void theSameTreeMakesTheSameBytes(Compression compression) throws IOException {
    byte[] content = new byte[1_000_000];
    new Random(2).nextBytes(content);
    for (String name : new String[] {"z", "a", "m"}) {
      file(name, content);
      from.setTimes(name, TIME);
    }
    LayerOptions options = LayerOptions.of(compression);
    byte[] first = write(from, options);
    LayerReader.unpack(new ByteArrayInputStream(first), to, UnpackOptions.LAYER);
    assertThat(write(to, options)).isEqualTo(first);
  }

  @Test
  void modesOwnersAndTimesComeBack() throws IOException {
    file("f", new byte[1]);
    from.chown("f", 1000, 65_534);
    from.chmod("f", 06755);
    from.setTimes("f", TIME);
    roundTrip();
    FileStatus f = to.stat("f");
    assertThat(f.uid()).isEqualTo(1000);
    assertThat(f.gid()).isEqualTo(65_534);
    assertThat(f.mode()).isEqualTo(06755);
    assertThat(f.modified()).isEqualTo(TIME);
  }

  @Test
  void numbersThatNoHeaderHoldsComeBack() throws IOException {
    file("f", new byte[1]);
    from.chown("f", 2_000_000_000, 2_097_152);
    from.setTimes("f", Instant.ofEpochSecond(-5));
    roundTrip();
    assertThat(to.stat("f").uid()).isEqualTo(2_000_000_000);
    assertThat(to.stat("f").gid()).isEqualTo(2_097_152);
    assertThat(to.stat("f").modified()).isEqualTo(Instant.ofEpochSecond(-5));
  }

  @Test
  void timesOfDirectoriesComeBackAlthoughFilesFollow() throws IOException {
    from.mkdirs("d/e", 0755);
    file("d/e/f", new byte[1]);
    from.setTimes("d/e", TIME);
    from.setTimes("d", TIME.plusSeconds(5));
    roundTrip();
    assertThat(to.stat("d/e").modified()).isEqualTo(TIME);
    assertThat(to.stat("d").modified()).isEqualTo(TIME.plusSeconds(5));
  }

  @Test
  void timesAreClampedToTheGivenOne() throws IOException {
    file("new", new byte[1]);
    file("old", new byte[1]);
    from.setTimes("old", TIME.minusSeconds(1));
    LayerOptions options = LayerOptions.DEFAULT.with(new LayerTimes.ClampedTo(TIME));
    byte[] layer = write(from, options);
    LayerReader.unpack(new ByteArrayInputStream(layer), to, UnpackOptions.LAYER);
    assertThat(to.stat("new").modified()).isEqualTo(TIME);
    assertThat(to.stat("old").modified()).isEqualTo(TIME.minusSeconds(1));
  }

  @Test
  void hardLinksStayOneFile() throws IOException {
    from.mkdir("d", 0755);
    file("a", new byte[10]);
    from.link("a", "d/b");
    roundTrip();
    assertThat(to.stat("a").inode()).isEqualTo(to.stat("d/b").inode());
  }

  @Test
  void symbolicLinksComeBackAsTheyAre() throws IOException {
    from.symlink("../../etc/" + "x".repeat(200), "l");
    from.chown("l", 5, 6);
    roundTrip();
    assertThat(to.readlink("l")).isEqualTo("../../etc/" + "x".repeat(200));
    assertThat(to.stat("l").uid()).isEqualTo(5);
  }

  @Test
  void longAndStrangeNamesComeBack() throws IOException {
    String strange = FileName.decode(new byte[] {'a', (byte) 0xff, '\n', (byte) 0xc3, (byte) 0xa4});
    String path = "d".repeat(255) + "/" + "ü".repeat(120) + "/" + strange;
    from.mkdirs("d".repeat(255) + "/" + "ü".repeat(120), 0755);
    file(path, new byte[1]);
    roundTrip();
    assertThat(to.stat(path).size()).isEqualTo(1);
  }

  @Test
  void extendedAttributesComeBack() throws IOException {
    byte[] capability = new byte[20];
    capability[3] = 2;
    capability[4] = 1;
    file("f", new byte[1]);
    from.setXattr("f", "security.capability", capability);
    from.setXattr("f", "user.binary", new byte[] {0, '\n', '=', (byte) 0xff});
    roundTrip();
    assertThat(to.xattr("f", "security.capability")).hasValue(capability);
    assertThat(to.xattr("f", "user.binary")).hasValue(new byte[] {0, '\n', '=', (byte) 0xff});
  }

  @Test
  void capabilitiesOfAUserNamespaceBecomeAnyRoots() throws IOException {
    byte[] namespaced = new byte[24];
    namespaced[3] = 3;
    namespaced[0] = 1;
    namespaced[4] = 4;
    namespaced[21] = 1;
    file("f", new byte[1]);
    from.setXattr("f", "security.capability", namespaced);
    roundTrip();
    byte[] expected = new byte[20];
    expected[3] = 2;
    expected[0] = 1;
    expected[4] = 4;
    assertThat(to.xattr("f", "security.capability")).hasValue(expected);
  }

  @Test
  void pipesAndDevicesComeBack() throws IOException {
    from.mkfifo("p", 0640);
    from.mknod("b", FileType.BLOCK_DEVICE, 0660, new FileStatus.Device(259, 70_000));
    roundTrip();
    assertThat(to.stat("p").type()).isEqualTo(FileType.FIFO);
    assertThat(to.stat("p").mode()).isEqualTo(0640);
    assertThat(to.stat("b").node()).isEqualTo(new FileStatus.Device(259, 70_000));
  }

  @Test
  void whiteoutsOfAnUpperDirectoryComeBack() throws IOException {
    from.mkdirs("d/opaque", 0755);
    from.mknod("d/gone", FileType.CHARACTER_DEVICE, 0, FileStatus.Device.NONE);
    from.setXattr("d/opaque", "trusted.overlay.opaque", new byte[] {'y'});
    roundTrip();
    assertThat(to.stat("d/gone").isWhiteout()).isTrue();
    assertThat(to.xattr("d/opaque", "trusted.overlay.opaque")).hasValue(new byte[] {'y'});
  }

  @Test
  void ownersOfAnIdRangeAreShiftedBack() throws IOException {
    file("f", new byte[1]);
    from.chown("f", 200_001_000, 200_000_000);
    byte[] layer = write(from, LayerOptions.DEFAULT.withIdBase(200_000_000));
    LayerReader.unpack(new ByteArrayInputStream(layer), to, UnpackOptions.LAYER);
    assertThat(to.stat("f").uid()).isEqualTo(1000);
    assertThat(to.stat("f").gid()).isZero();
  }

  @Test
  void anOwnerBelowTheIdBaseIsRefused() throws IOException {
    file("f", new byte[1]);
    assertThatThrownBy(() -> write(from, LayerOptions.DEFAULT.withIdBase(1)))
        .hasMessageContaining("below the id base");
  }

  @Test
  void aFileThatWouldBecomeAWhiteoutIsRefused() throws IOException {
    file(".wh.passwd", new byte[0]);
    assertThatThrownBy(() -> write(from, LayerOptions.DEFAULT)).hasMessageContaining("whiteout");
  }

  @Test
  void aRedirectOfTheOverlayIsRefused() throws IOException {
    from.mkdir("d", 0755);
    from.setXattr("d", "trusted.overlay.redirect", new byte[] {'/', 'e'});
    assertThatThrownBy(() -> write(from, LayerOptions.DEFAULT)).hasMessageContaining("redirect");
  }

  @Test
  void anEmptyTreeIsAnEmptyArchive() throws IOException {
    UnpackedLayer unpacked = roundTrip();
    assertThat(unpacked.entries()).isZero();
    assertThat(unpacked.archiveBytes()).isEqualTo(1024);
  }

  // ---- whiteouts within one layer

  private void unpack(Archives archive) throws IOException {
    LayerReader.unpack(new ByteArrayInputStream(archive.bytes()), to, UnpackOptions.LAYER);
  }

  @Test
  void aWhiteoutSparesAFileOfItsOwnLayer() throws IOException {
    unpack(archive().file("a", "mine").file(".wh.a", ""));
    assertThat(to.stat("a").size()).isEqualTo(4);
  }

  @Test
  void aFileBehindItsWhiteoutTakesItsPlace() throws IOException {
    unpack(archive().file(".wh.a", "").file("a", "mine"));
    assertThat(to.stat("a").size()).isEqualTo(4);
  }

  @Test
  void aDirectoryWithAWhiteoutOfItsNameHidesLowerContentOnly() throws IOException {
    unpack(archive().file(".wh.d", "").file("d/f", "mine"));
    assertThat(to.stat("d/f").size()).isEqualTo(4);
    assertThat(to.xattr("d", "trusted.overlay.opaque")).isPresent();
  }

  @Test
  void anOpaqueMarkerBehindTheFilesSparesThem() throws IOException {
    unpack(archive().directory("d").file("d/f", "mine").file("d/.wh..wh..opq", ""));
    assertThat(to.stat("d/f").size()).isEqualTo(4);
    assertThat(to.xattr("d", "trusted.overlay.opaque")).isPresent();
  }

  @Test
  void missingParentsAreRootsWithMode0755() throws IOException {
    unpack(archive().file("a/b/f", "x"));
    assertThat(to.stat("a/b").mode()).isEqualTo(0755);
  }

  @Test
  void bookkeepingOfAufsIsLeftOut() throws IOException {
    unpack(archive().directory(".wh..wh.plnk").file(".wh..wh.plnk/1.2", "x").file("f", "x"));
    assertThat(to.list("")).hasSize(1);
  }

  @Test
  void aHoleIsArchivedAsZeros() throws IOException {
    try (FileFd file = from.create("f", 0600)) {
      file.truncate(5000);
    }
    roundTrip();
    assertThat(to.stat("f").size()).isEqualTo(5000);
  }
}
