package dev.gantry.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class DirFdIT {
  @TempDir(cleanup = CleanupMode.ALWAYS)
  private Path temporary;

  private Path inside;
  private Path outside;
  private DirFd root;

  @BeforeEach
  void openRoot() throws IOException {
    inside = Files.createDirectory(temporary.resolve("inside"));
    outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    root = DirFd.open(inside);
  }

  @AfterEach
  void closeRoot() {
    root.close();
  }

  private void write(String path, String text) throws IOException {
    try (OutputStream out = root.create(path, 0644).output()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private String read(String path) throws IOException {
    try (InputStream in = root.read(path).input()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertFails(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(Errno.nameOf(e.errno())).isEqualTo(errno.name()));
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    write("a", "hello");
    assertThat(read("/a")).isEqualTo("hello");
  }

  @Test
  void aBufferOnTheHeapIsWrittenWhole() throws IOException {
    byte[] big = new byte[200_000];
    big[199_999] = 7;
    try (FileFd file = root.create("big", 0600)) {
      file.write(ByteBuffer.wrap(big));
    }
    assertThat(Files.readAllBytes(inside.resolve("big"))).isEqualTo(big);
  }

  @Test
  void anAbsoluteLinkInAPathStaysInside() throws IOException {
    root.symlink(outside.toString(), "link");
    assertFails(Errno.ENOENT, () -> root.read("link/secret"));
  }

  @Test
  void aLinkThatClimbsStaysInside() throws IOException {
    root.symlink("../../../../.." + outside, "link");
    assertFails(Errno.ENOENT, () -> root.create("link/new", 0600));
  }

  @Test
  void aLinkInsideIsFollowedInTheMiddleOfAPath() throws IOException {
    root.mkdir("real", 0755);
    root.symlink("/real", "link");
    write("link/file", "x");
    assertThat(inside.resolve("real/file")).hasContent("x");
  }

  @Test
  void aLinkAtTheEndIsNotRead() throws IOException {
    write("file", "x");
    root.symlink("file", "link");
    assertFails(Errno.ELOOP, () -> root.read("link"));
  }

  @Test
  void aLinkAtTheEndIsReadWhenAskedFor() throws IOException {
    write("file", "x");
    root.symlink("/file", "link");
    try (InputStream in = root.open("link", 0, OpenFlag.FOLLOW).input()) {
      assertThat(in.read()).isEqualTo('x');
    }
  }

  @Test
  void aDanglingLinkIsNeverWrittenThrough() throws IOException {
    root.symlink(outside.resolve("new").toString(), "link");
    assertFails(Errno.EEXIST, () -> root.create("link", 0600));
    assertThat(outside.resolve("new")).doesNotExist();
  }

  @Test
  void dotDotAtTheEndIsRefused() {
    assertFails(Errno.EINVAL, () -> root.stat(".."));
  }

  @Test
  void dotDotInTheMiddleStopsAtTheRoot() throws IOException {
    write("file", "x");
    assertThat(read("../../file")).isEqualTo("x");
  }

  @Test
  void aMagicLinkIsNotFollowed() throws IOException {
    try (DirFd proc = DirFd.open(Path.of("/proc/self"))) {
      assertFails(Errno.ELOOP, () -> proc.directory("cwd"));
    }
  }

  @Test
  void changingTheModeOfALinkFailsAndSparesItsTarget() throws IOException {
    write("file", "x");
    root.symlink("file", "link");
    assertFails(Errno.ENOTSUP, () -> root.chmod("link", 0777));
    assertThat(root.stat("file").mode()).isEqualTo(0644);
  }

  @Test
  void changingTheOwnerOfALinkSparesItsTarget() throws IOException {
    write("file", "x");
    root.symlink("file", "link");
    root.chown("link", 7, 8);
    assertThat(root.stat("link").uid()).isEqualTo(7);
    assertThat(root.stat("file").uid()).isEqualTo(0);
  }

  @Test
  void modesAreExactWhateverTheUmask() throws IOException {
    root.mkdir("d", 01777);
    root.create("f", 04777).close();
    assertThat(root.stat("d").mode()).isEqualTo(01777);
    assertThat(root.stat("f").mode()).isEqualTo(04777);
  }

  @Test
  void mkdirsMakesOnlyWhatIsMissing() throws IOException {
    root.mkdir("a", 0700);
    assertThat(root.mkdirs("/a/b//c/", 0755)).containsExactly("a/b", "a/b/c");
    assertThat(root.stat("a").mode()).isEqualTo(0700);
  }

  @Test
  void mkdirsFailsWhereAFileIsInTheWay() throws IOException {
    write("a", "x");
    assertFails(Errno.ENOTDIR, () -> root.mkdirs("a", 0755));
  }

  @Test
  void timesAreKeptToTheNanosecond() throws IOException {
    write("f", "x");
    Instant time = Instant.parse("1969-12-31T23:59:58.123456789Z");
    root.setTimes("f", time);
    assertThat(root.stat("f").modified()).isEqualTo(time);
  }

  @Test
  void timesOfALinkAreItsOwn() throws IOException {
    root.symlink("nowhere", "link");
    root.setTimes("link", Instant.EPOCH);
    assertThat(root.stat("link").modified()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void aHardLinkToALinkIsTheLinkItself() throws IOException {
    root.symlink("/etc/passwd", "link");
    root.link("link", "hard");
    assertThat(root.readlink("hard")).isEqualTo("/etc/passwd");
    assertThat(root.stat("hard").links()).isEqualTo(2);
  }

  @Test
  void extendedAttributesComeBack() throws IOException {
    write("f", "x");
    byte[] value = {0, 1, (byte) 0xff};
    root.setXattr("f", "user.a", value);
    root.setXattr("f", "trusted.b", new byte[1000]);
    Map<String, byte[]> all = root.xattrs("f");
    assertThat(all).containsOnlyKeys("user.a", "trusted.b");
    assertThat(all.get("user.a")).isEqualTo(value);
  }

  @Test
  void extendedAttributesOfALinkAreItsOwn() throws IOException {
    write("f", "x");
    root.symlink("f", "link");
    root.setXattr("link", "trusted.a", new byte[1]);
    assertThat(root.xattrs("f")).isEmpty();
    root.removeXattr("link", "trusted.a");
    assertThat(root.xattr("link", "trusted.a")).isEmpty();
  }

  @Test
  void aWhiteoutIsACharacterDeviceOfZeros() throws IOException {
    root.mknod("gone", FileType.CHARACTER_DEVICE, 0, FileStatus.Device.NONE);
    assertThat(root.stat("gone").isWhiteout()).isTrue();
  }

  @Test
  void deviceNumbersComeBack() throws IOException {
    FileStatus.Device large = new FileStatus.Device(0xfff, 0xabcde);
    root.mknod("d", FileType.BLOCK_DEVICE, 0600, large);
    assertThat(root.stat("d").node()).isEqualTo(large);
  }

  @Test
  void aPipeIsNeverOpenedAsAFile() throws IOException {
    root.mkfifo("pipe", 0600);
    assertFails(Errno.EINVAL, () -> root.read("pipe"));
  }

  @Test
  void listingShowsNamesAndTypes() throws IOException {
    root.mkdir("d", 0755);
    write("f", "x");
    root.symlink("x", "l");
    assertThat(root.list(""))
        .extracting(DirEntry::name, DirEntry::type)
        .containsExactlyInAnyOrder(
            tuple("d", FileType.DIRECTORY),
            tuple("f", FileType.REGULAR),
            tuple("l", FileType.SYMLINK));
  }

  @Test
  void aDirectoryOfManyEntriesIsListedWhole() throws IOException {
    for (int i = 0; i < 3000; i++) {
      root.create("file-with-a-rather-long-name-" + i, 0600).close();
    }
    assertThat(root.list(".")).hasSize(3000);
  }

  @Test
  void aTreeIsDeletedWithoutFollowingItsLinks() throws IOException {
    root.mkdirs("a/b", 0755);
    root.symlink(outside.toString(), "a/b/link");
    root.deleteTree("a");
    assertThat(root.find("a")).isEmpty();
    assertThat(outside.resolve("secret")).exists();
  }

  @Test
  void aTreeDeeperThanAnyPathIsDeleted() throws IOException {
    DirFd at = root.directory(".");
    for (int i = 0; i < 5000; i++) {
      at.mkdir("d", 0755);
      DirFd child = at.directory("d");
      at.close();
      at = child;
    }
    at.close();
    root.deleteTree("d");
    assertThat(root.list("")).isEmpty();
  }

  @Test
  void deletingWhatIsNotThereIsFine() throws IOException {
    root.deleteTree("nothing/here");
    root.deleteContents();
  }

  @Test
  void renamingReplacesAFile() throws IOException {
    write("a", "new");
    write("b", "old");
    root.rename("a", "b");
    root.sync();
    assertThat(read("b")).isEqualTo("new");
  }

  @Test
  void aDirectoryReachedThroughALinkCanBeRefused() throws IOException {
    root.mkdirs("a/b", 0755);
    root.symlink("a", "link");
    root.directory("link/b").close();
    assertFails(Errno.ELOOP, () -> root.directoryWithoutLinks("link/b"));
  }
}
