package dev.gantry.build.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.build.tree.Patterns;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.Selection;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ADD makes of files that are archives, and of those that only look like it. */
class AddArchiveIT {
  private static final Instant TIME = Instant.ofEpochSecond(1_600_000_000);

  @TempDir Path directory;
  private Path source;
  private Path image;
  private DirFd from;
  private DirFd to;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(bytes);

  @BeforeEach
  void open() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    image = Files.createDirectory(directory.resolve("image"));
    from = DirFd.open(source);
    to = DirFd.open(image);
  }

  @AfterEach
  void close() {
    from.close();
    to.close();
  }

  private AddArchiveIT entry(TarEntry.Kind kind, String name, String content) throws IOException {
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    TarEntry entry = TarEntry.of(name, kind, 04750, new TarEntry.Owner(7, 8), TIME);
    boolean link = kind == TarEntry.Kind.SYMLINK || kind == TarEntry.Kind.HARD_LINK;
    if (kind == TarEntry.Kind.FILE) {
      tar.begin(entry.withSize(text.length));
      tar.write(text, 0, text.length);
    } else {
      tar.begin(link ? entry.withLink(content) : entry);
    }
    return this;
  }

  private AddArchiveIT file(String name, String content) throws IOException {
    return entry(TarEntry.Kind.FILE, name, content);
  }

  private void add(byte[] archive, String destination, @Nullable Owner asked) throws IOException {
    Files.write(source.resolve("archive"), archive);
    Owner owner = asked == null ? Owner.ROOT : asked;
    Cancellation cancellation = new Cancellation();
    Copier copier = new Copier(to, owner, null, cancellation);
    CopyTarget target =
        new CopyTarget(to, copier, asked, destination, destination.endsWith("/"), cancellation);
    for (Selection selection :
        Selection.of(new RootfsTree(from), "archive", Patterns.of(List.of()))) {
      new AddSelection(selection, true).place(target);
    }
    copier.finish();
  }

  private byte[] archive() throws IOException {
    tar.finish();
    return bytes.toByteArray();
  }

  private String content(String path) throws IOException {
    return Files.readString(image.resolve(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat", "gzip", "bzip2", "xz", "zstd"})
  void anArchiveIsUnpackedHoweverItIsCompressed(String command) throws Exception {
    byte[] plain = file("d/a", "in the archive").archive();
    Process process = new ProcessBuilder(command).start();
    try (var in = process.getOutputStream()) {
      in.write(plain);
    }
    add(process.getInputStream().readAllBytes(), "/x", null);
    assertThat(content("x/d/a")).isEqualTo("in the archive");
  }

  @Test
  void ownersModesAndTimesAreTheArchives() throws IOException {
    add(file("a", "1").archive(), "/x/", null);
    FileStatus status = to.stat("x/a");
    assertThat(status.uid() + ":" + status.gid() + " " + Integer.toOctalString(status.mode()))
        .isEqualTo("7:8 4750");
    assertThat(status.modified()).isEqualTo(TIME);
  }

  @Test
  void anOwnerThatIsAskedForOwnsAllOfIt() throws IOException {
    add(entry(TarEntry.Kind.DIRECTORY, "d", "").file("d/a", "1").archive(), "/x", new Owner(3, 4));
    assertThat(to.stat("x").uid() + " " + to.stat("x/d").uid() + " " + to.stat("x/d/a").gid())
        .isEqualTo("3 3 4");
  }

  @Test
  void devicesPipesAndHardLinksAreMade() throws IOException {
    tar.begin(
        TarEntry.of("null", TarEntry.Kind.CHARACTER_DEVICE, 0666, TarEntry.Owner.ROOT, TIME)
            .withDevice(new TarEntry.Device(1, 3)));
    entry(TarEntry.Kind.FIFO, "pipe", "").file("a", "1");
    add(entry(TarEntry.Kind.HARD_LINK, "b", "a").archive(), "/", null);
    assertThat(to.stat("null").node()).isEqualTo(new FileStatus.Device(1, 3));
    assertThat(to.stat("pipe").type()).isEqualTo(FileType.FIFO);
    assertThat(to.stat("a").inode()).isEqualTo(to.stat("b").inode());
  }

  @Test
  void whatIsThereIsReplacedOrFilled() throws IOException {
    Files.createDirectories(image.resolve("d/kept"));
    Files.writeString(image.resolve("a"), "old");
    add(file("a", "new").file("d/b", "2").archive(), "/", null);
    assertThat(content("a")).isEqualTo("new");
    assertThat(image.resolve("d/kept")).isDirectory();
  }

  @Test
  void anAbsoluteLinkInTheArchiveStaysInside() throws IOException {
    byte[] hostile =
        entry(TarEntry.Kind.SYMLINK, "link", directory.toString()).file("link/out", "1").archive();
    assertThatExceptionOfType(Copier.CopyRefusedException.class)
        .isThrownBy(() -> add(hostile, "/x", null));
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "d/../../out", "/../out"})
  void aNameThatClimbsIsRefused(String name) throws IOException {
    byte[] hostile = file(name, "1").archive();
    assertThatExceptionOfType(Copier.CopyRefusedException.class)
        .isThrownBy(() -> add(hostile, "/x/y", null));
    assertThat(image.resolve("out")).doesNotExist();
  }

  @Test
  void aDamagedArchiveIsRefused() throws IOException {
    byte[] whole = file("a", "content".repeat(1000)).archive();
    byte[] cut = java.util.Arrays.copyOf(whole, 2048);
    assertThatExceptionOfType(Copier.CopyRefusedException.class)
        .isThrownBy(() -> add(cut, "/x", null));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 10_240})
  void zerosAreNoArchive(int size) throws IOException {
    add(new byte[size], "/x", null);
    assertThat(to.stat("x").size()).isEqualTo(size);
  }

  @Test
  void compressedTextIsNoArchive() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (var gzip = new java.util.zip.GZIPOutputStream(text)) {
      gzip.write("just text\n".repeat(200).getBytes(StandardCharsets.UTF_8));
    }
    add(text.toByteArray(), "/x", null);
    assertThat(Files.readAllBytes(image.resolve("x"))).isEqualTo(text.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001f\u008b", "BZh9", "BZh91AY&SY", "(\u00b5/\u00fd", "\u00fd7zXZ\0"})
  void whatOnlyBeginsLikeAnArchiveIsNone(String head) throws IOException {
    byte[] bytes = (head + "garbage".repeat(200)).getBytes(StandardCharsets.ISO_8859_1);
    add(bytes, "/x", null);
    assertThat(Files.readAllBytes(image.resolve("x"))).isEqualTo(bytes);
  }
}
