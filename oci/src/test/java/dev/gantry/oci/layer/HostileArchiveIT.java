package dev.gantry.oci.layer;

import static dev.gantry.oci.layer.Archives.archive;
import static dev.gantry.oci.layer.Archives.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.file.DirFd;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarEntry.Kind;
import dev.gantry.oci.tar.TarEntry.Owner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of archive that tries to leave its directory, or to take the machine with it. */
class HostileArchiveIT {
  private static final UnpackOptions SMALL =
      UnpackOptions.LAYER.with(new LayerLimits(1 << 20, 50, 400, 8));

  @TempDir private Path temporary;
  private Path inside;
  private Path outside;
  private DirFd root;

  @BeforeEach
  void openRoot() throws IOException {
    inside = Files.createDirectory(temporary.resolve("inside"));
    outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("victim"), "untouched");
    root = DirFd.open(inside);
  }

  @AfterEach
  void nothingOutsideWasTouched() throws IOException {
    root.deleteContents();
    root.close();
    assertThat(outside.resolve("victim")).hasContent("untouched");
    try (var files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
  }

  private UnpackedLayer unpack(Archives archive) throws IOException {
    return LayerReader.unpack(new ByteArrayInputStream(archive.bytes()), root, SMALL);
  }

  private void assertRefused(byte[] archive, String why) {
    assertThatThrownBy(() -> LayerReader.unpack(new ByteArrayInputStream(archive), root, SMALL))
        .isInstanceOf(HostileArchiveException.class)
        .hasMessageContaining(why);
  }

  private void assertRefused(Archives archive, String why) {
    assertRefused(archive.bytes(), why);
  }

  // ---- names

  @Test
  void aNameThatClimbsIsRefused() {
    assertRefused(archive().file("../outside/new", "x"), "climbs");
  }

  @Test
  void aNameThatClimbsInItsMiddleIsRefused() {
    assertRefused(archive().file("a/../../outside/new", "x"), "climbs");
  }

  @Test
  void anAbsoluteNameStaysInside() throws IOException {
    unpack(archive().file(outside + "/victim", "x"));
    assertThat(inside.resolve(outside.toString().substring(1) + "/victim")).hasContent("x");
  }

  @Test
  void aNameTooLongIsRefused() {
    assertRefused(archive().file("abc/".repeat(7) + "x".repeat(380), "x"), "longer than 400");
  }

  @Test
  void aComponentTooLongIsRefused() {
    assertRefused(archive().file("x".repeat(256), "x"), "longer than 255");
  }

  @Test
  void aNameTooDeepIsRefused() {
    assertRefused(archive().file("d/".repeat(8) + "f", "x"), "deeper than 8");
  }

  @Test
  void theRootAsAFileIsRefused() {
    assertRefused(archive().file("./", "").symlink(".", "/etc"), "root as something else");
  }

  // ---- symbolic links

  @Test
  void aFileBelowAnAbsoluteLinkIsRefused() {
    assertRefused(archive().symlink("l", outside.toString()).file("l/new", "x"), "below");
  }

  @Test
  void aFileBelowALinkThatClimbsIsRefused() {
    assertRefused(archive().symlink("l", "../outside").file("l/new", "x"), "below");
  }

  @Test
  void aFileBelowAChainOfLinksIsRefused() {
    Archives chain =
        archive().symlink("a", "b").symlink("b", "c").symlink("c", "/..").symlink("d", "a/outside");
    assertRefused(chain.file("d/new", "x"), "below");
  }

  @Test
  void aFileThroughTheLinkOfAParentIsRefused() {
    Archives parent = archive().directory("p").symlink("p/up", "../../outside");
    assertRefused(parent.file("p/up/deeper/new", "x"), "below");
  }

  @Test
  void linksInACircleAreRefused() {
    assertRefused(archive().symlink("a", "b").symlink("b", "a").file("a/x", "x"), "below");
  }

  @Test
  void aFileReplacesALinkAndNeverItsTarget() throws IOException {
    unpack(archive().symlink("l", outside + "/victim").file("l", "mine"));
    assertThat(Files.isSymbolicLink(inside.resolve("l"))).isFalse();
    assertThat(inside.resolve("l")).hasContent("mine");
  }

  @Test
  void aDirectorySwappedForALinkIsNotWrittenThrough() {
    Archives swapped = archive().directory("d").file("d/a", "x").symlink("d", outside.toString());
    assertRefused(swapped.file("d/b", "x"), "below");
  }

  @Test
  void aDirectoryReplacesALink() throws IOException {
    unpack(archive().symlink("d", outside.toString()).directory("d").file("d/a", "x"));
    assertThat(Files.isDirectory(inside.resolve("d"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void ownerAndModeOfALinkNeverReachItsTarget() throws IOException {
    Files.writeString(inside.resolve("target"), "x");
    TarEntry link =
        TarEntry.of("l", Kind.SYMLINK, 06777, new Owner(1234, 1234), Archives.TIME)
            .withLink("target");
    unpack(archive().add(link));
    assertThat(root.stat("target").uid()).isZero();
    assertThat(root.stat("target").mode()).isEqualTo(0644);
    assertThat(root.stat("l").uid()).isEqualTo(1234);
  }

  @Test
  void aLinkToNothingIsRefused() {
    assertRefused(archive().symlink("l", ""), "link to nothing");
  }

  // ---- hard links

  @Test
  void aHardLinkThatClimbsIsRefused() {
    assertRefused(archive().hardLink("h", "../outside/victim"), "climbs");
  }

  @Test
  void aHardLinkOutsideByAnAbsoluteNameIsRefused() {
    assertRefused(archive().hardLink("h", outside + "/victim"), "hard link to no file");
  }

  @Test
  void aHardLinkThroughALinkIsRefused() {
    assertRefused(
        archive().symlink("l", outside.toString()).hardLink("h", "l/victim"),
        "hard link to no file");
  }

  @Test
  void aFileWrittenOverAHardLinkToALinkStaysInside() throws IOException {
    unpack(archive().symlink("l", outside + "/victim").hardLink("h", "l").file("h", "mine"));
    assertThat(inside.resolve("h")).hasContent("mine");
  }

  @Test
  void theModeOfAHardLinkToALinkReachesNothing() throws IOException {
    unpack(archive().symlink("l", outside + "/victim").hardLink("h", "l"));
    assertThat(root.readlink("h")).isEqualTo(outside + "/victim");
  }

  @Test
  void aHardLinkToADirectoryIsRefused() {
    assertRefused(archive().directory("d").hardLink("h", "d"), "hard link to no file");
  }

  @Test
  void aHardLinkToAWhiteoutIsRefused() {
    assertRefused(archive().file(".wh.a", "").hardLink("h", "a"), "hard link to no file");
  }

  @Test
  void aHardLinkToItselfKeepsTheFile() throws IOException {
    unpack(archive().file("a", "x").hardLink("a", "./a"));
    assertThat(inside.resolve("a")).hasContent("x");
  }

  @Test
  void aHardLinkToWhatItReplacesIsRefused() {
    assertRefused(archive().file("d/a", "x").hardLink("d", "d/a"), "what it replaces");
  }

  // ---- whiteouts

  @Test
  void whiteoutsOfNoFileAreRefused() {
    assertRefused(archive().file(".wh.", ""), "whiteout of no file");
    assertRefused(archive().file("a/.wh..", ""), "whiteout of no file");
    assertRefused(archive().file("a/.wh...", ""), "whiteout of no file");
  }

  @Test
  void anOpaqueRootIsRefused() {
    assertRefused(archive().file(".wh..wh..opq", ""), "whiteout of the root");
  }

  @Test
  void aWhiteoutThroughALinkIsRefused() {
    assertRefused(
        archive().directory("d").symlink("l", "d").file("l/.wh.a", ""), "whiteout through a link");
  }

  @Test
  void anOpaqueMarkerThroughALinkIsRefused() {
    assertRefused(
        archive().directory("d").symlink("l", "d").file("l/.wh..wh..opq", ""),
        "whiteout through a link");
  }

  @Test
  void aFileInAWhiteoutIsRefused() {
    assertRefused(archive().file(".wh.a/b", "x"), "whiteout");
  }

  @Test
  void aDeviceThatIsAWhiteoutIsRefused() {
    assertRefused(archive().add(entry("w", Kind.CHARACTER_DEVICE, 0)), "in disguise");
  }

  @Test
  void whiteoutsInAMereArchiveAreRefused() {
    byte[] archive = archive().file("a/.wh.b", "").bytes();
    assertThatThrownBy(
            () ->
                LayerReader.unpack(new ByteArrayInputStream(archive), root, UnpackOptions.ARCHIVE))
        .isInstanceOf(HostileArchiveException.class);
  }

  // ---- attributes

  @Test
  void attributesOfTheOverlayAreRefused() {
    assertRefused(archive().xattr("f", "trusted.overlay.redirect", (byte) '/'), "overlay");
    assertRefused(archive().xattr("f", "user.overlay.opaque", (byte) 'y'), "overlay");
  }

  @Test
  void attributesOfSecurityModulesAreLeftOut() throws IOException {
    unpack(archive().xattr("f", "security.selinux", (byte) 'x').xattr("g", "trusted.x", (byte) 1));
    assertThat(root.xattrs("f")).isEmpty();
    assertThat(root.xattrs("g")).isEmpty();
  }

  // ---- devices

  @Test
  void devicesAreLeftOutAndCounted() throws IOException {
    TarEntry disk = entry("sda", Kind.BLOCK_DEVICE, 0666).withDevice(new TarEntry.Device(8, 0));
    assertThat(unpack(archive().add(disk)).devicesLeftOut()).isEqualTo(1);
    assertThat(root.find("sda")).isEmpty();
  }

  // ---- too much

  @Test
  void tooManyEntriesAreRefused() {
    Archives many = archive();
    for (int i = 0; i < 51; i++) {
      many.file("same", "");
    }
    assertRefused(many, "more than 50 entries");
  }

  @Test
  void directoriesThatAreMerelyImpliedCountAsEntries() {
    Archives many = archive();
    for (int i = 0; i < 10; i++) {
      many.file("d" + i + "/e/f/g/h/i", "");
    }
    assertRefused(many, "more than 50 entries");
  }

  @Test
  void tooManyBytesAreRefused() {
    byte[] megabyte = new byte[1 << 20];
    assertRefused(archive().add(entry("f", Kind.FILE, 0644), megabyte), "more than 1048576 bytes");
  }

  @Test
  void aBombIsRefusedBeforeItIsUnpacked() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      gzip.write(archive().add(entry("f", Kind.FILE, 0644), new byte[64 << 20]).bytes());
    }
    assertRefused(bomb.toByteArray(), "more than 1048576 bytes");
  }

  // ---- broken

  @Test
  void aTruncatedArchiveIsRefused() {
    byte[] whole = archive().file("f", "x".repeat(2000)).bytes();
    assertRefused(Arrays.copyOf(whole, 1500), "ends in the middle");
  }

  @Test
  void aWrongChecksumIsRefused() {
    byte[] broken = archive().file("f", "x").bytes();
    broken[0] = 'g';
    assertRefused(broken, "checksum");
  }

  @Test
  void aTruncatedGzipIsRefused() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
      gzip.write(archive().file("f", "hello").bytes());
    }
    assertRefused(Arrays.copyOf(whole.toByteArray(), whole.size() - 20), "truncated");
  }

  @Test
  void whatIsNoArchiveIsRefused() {
    assertRefused("no tar at all".repeat(100).getBytes(StandardCharsets.UTF_8), "header");
  }

  @Test
  void controlCharactersInNamesDoNotReachMessages() {
    assertThatThrownBy(() -> unpack(archive().file("../\u001b[31mred\n", "x")))
        .hasMessageNotContaining("\u001b")
        .hasMessageNotContaining("\n");
  }
}
