package dev.gantry.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of GNU tar in all its formats, and ours as GNU tar reads them. */
class GnuTarIT {
  @TempDir private Path temporary;

  private void run(String... command) throws Exception {
    Path log = temporary.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(temporary.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).as(() -> read(log)).isZero();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private UnpackedLayer unpack(Path archive) throws IOException {
    Path into = Files.createDirectories(temporary.resolve("out"));
    try (DirFd root = DirFd.open(into);
        InputStream in = Files.newInputStream(archive)) {
      return LayerReader.unpack(in, root, UnpackOptions.LAYER);
    }
  }

  private Path source() throws IOException {
    return Files.createDirectories(temporary.resolve("src"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v7", "oldgnu", "gnu", "ustar", "posix"})
  void filesOfEveryFormatComeOut(String format) throws Exception {
    Files.writeString(Files.createDirectories(source().resolve("d")).resolve("f"), "hello");
    run("tar", "--format=" + format, "-C", "src", "-cf", "a.tar", ".");
    unpack(temporary.resolve("a.tar"));
    assertThat(temporary.resolve("out/d/f")).hasContent("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oldgnu", "gnu", "posix"})
  void longNamesAndLinksComeOut(String format) throws Exception {
    String longName = "n".repeat(200);
    Files.writeString(source().resolve(longName), "hello");
    Files.createSymbolicLink(source().resolve("l"), Path.of("t".repeat(300)));
    run("tar", "--format=" + format, "-C", "src", "-cf", "a.tar", ".");
    unpack(temporary.resolve("a.tar"));
    assertThat(temporary.resolve("out/" + longName)).hasContent("hello");
    assertThat(Files.readSymbolicLink(temporary.resolve("out/l"))).hasToString("t".repeat(300));
  }

  @Test
  void aLongNameInTwoPartsComesOut() throws Exception {
    Path deep = Files.createDirectories(source().resolve("p".repeat(90) + "/" + "q".repeat(50)));
    Files.writeString(deep.resolve("f"), "hello");
    run("tar", "--format=ustar", "-C", "src", "-cf", "a.tar", ".");
    unpack(temporary.resolve("a.tar"));
    assertThat(temporary.resolve("out/" + "p".repeat(90) + "/" + "q".repeat(50) + "/f"))
        .hasContent("hello");
  }

  @ParameterizedTest
  @CsvSource({"gnu,0.0", "posix,0.0", "posix,0.1", "posix,1.0"})
  void sparseFilesComeOutAsTheyWere(String format, String version) throws Exception {
    try (DirFd root = DirFd.open(source());
        FileFd file = root.create("sparse", 0644)) {
      for (int i = 0; i < 60; i++) {
        file.seek(i * 100_000L + 8192);
        file.write(ByteBuffer.wrap(new byte[] {(byte) (i + 1), 2, 3}));
      }
      file.truncate(50_000_000);
    }
    run(
        "tar",
        "--format=" + format,
        "--sparse",
        "--sparse-version=" + version,
        "-C",
        "src",
        "-cf",
        "a.tar",
        ".");
    assertThat(Files.size(temporary.resolve("a.tar"))).isLessThan(2_000_000);
    unpack(temporary.resolve("a.tar"));
    assertThat(Files.mismatch(source().resolve("sparse"), temporary.resolve("out/sparse")))
        .isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "posix"})
  void largeOwnersComeOut(String format) throws Exception {
    Files.writeString(source().resolve("f"), "x");
    run(
        "tar",
        "--format=" + format,
        "--owner=:3000000000",
        "--group=:2147483648",
        "-C",
        "src",
        "-cf",
        "a.tar",
        ".");
    unpack(temporary.resolve("a.tar"));
    assertThat(Files.getAttribute(temporary.resolve("out/f"), "unix:uid"))
        .isEqualTo((int) 3_000_000_000L);
  }

  @Test
  void compressedMembersBehindOneAnotherAreOneArchive() throws Exception {
    Files.write(source().resolve("f"), new byte[300_000]);
    run(
        "sh",
        "-c",
        "tar -C src -cf a.tar . && split -b 100000 a.tar part && "
            + "for p in part*; do gzip -c $p; done > a.tar.gz");
    assertThat(unpack(temporary.resolve("a.tar.gz")).contentBytes()).isEqualTo(300_000);
  }

  @Test
  void gnuTarReadsWhatWeWrite() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String name = "ä" + "x".repeat(i * 12);
      Files.writeString(source().resolve(name), "content " + i);
      names.add(name);
    }
    Files.createLink(source().resolve("hard"), source().resolve(names.get(3)));
    Files.createSymbolicLink(source().resolve("soft"), Path.of("s".repeat(150)));
    try (DirFd root = DirFd.open(source());
        var out = Files.newOutputStream(temporary.resolve("a.tar.gz"))) {
      LayerWriter.write(root, out, LayerOptions.DEFAULT);
    }
    run("sh", "-c", "mkdir out && tar -C out -xzf a.tar.gz && diff -r --no-dereference src out");
  }

  @Test
  void gzipFindsNoFaultInWhatWeCompress() throws Exception {
    try (var out = Files.newOutputStream(source().resolve("text"))) {
      for (int i = 0; i < 200_000; i++) {
        out.write(("line " + i * 7919L + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    try (DirFd root = DirFd.open(source());
        var out = Files.newOutputStream(temporary.resolve("a.tar.gz"))) {
      LayerWriter.write(root, out, LayerOptions.DEFAULT);
    }
    run("gzip", "-t", "a.tar.gz");
    run("sh", "-c", "mkdir out && tar -C out -xzf a.tar.gz && cmp src/text out/text");
  }
}
