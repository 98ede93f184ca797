package dev.gantry.isolation.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Overlays of real directories. The temporary directory must not be an overlay itself. */
class DetachedRootfsIT {
  @TempDir Path directory;
  private Path upper;
  private Path work;

  @BeforeEach
  void makeDirectories() throws IOException {
    upper = Files.createDirectory(directory.resolve("upper"));
    work = Files.createDirectory(directory.resolve("work"));
  }

  @Test
  void aHigherLayerHidesALowerOne() throws IOException {
    Path low = layer("low", "a");
    Path high = layer("high", "b");
    try (DetachedRootfs rootfs = DetachedRootfs.open(List.of(low, high), upper, work)) {
      assertThat(read(rootfs, "file")).isEqualTo("b");
    }
  }

  @Test
  void whatIsWrittenIsInTheUpperDirectory() throws IOException {
    try (DetachedRootfs rootfs = DetachedRootfs.open(List.of(layer("low", "a")), upper, work)) {
      write(rootfs, "new", "content");
    }
    assertThat(upper.resolve("new")).hasContent("content");
  }

  @Test
  void layersStayAsTheyAre() throws IOException {
    Path low = layer("low", "a");
    try (DetachedRootfs rootfs = DetachedRootfs.open(List.of(low), upper, work)) {
      rootfs.root().unlink("file");
      write(rootfs, "file", "changed");
    }
    assertThat(low.resolve("file")).hasContent("a");
  }

  @Test
  void aDeletedFileIsAWhiteoutInTheUpperDirectory() throws IOException {
    try (DetachedRootfs rootfs = DetachedRootfs.open(List.of(layer("low", "a")), upper, work)) {
      rootfs.root().unlink("file");
    }
    try (DirFd changes = DirFd.open(upper)) {
      assertThat(changes.stat("file").isWhiteout()).isTrue();
    }
  }

  @Test
  void withoutLayersItIsTheUpperDirectory() throws IOException {
    try (DetachedRootfs rootfs = DetachedRootfs.open(List.of(), upper, work)) {
      write(rootfs, "new", "content");
    }
    assertThat(upper.resolve("new")).hasContent("content");
  }

  @Test
  void manyLayersWithOddNamesAreMounted() throws IOException {
    int many = takesLayersOneByOne() ? 100 : 10;
    List<Path> layers = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      layers.add(layer("layer:with,odd=name" + i, Integer.toString(i)));
    }
    try (DetachedRootfs rootfs = DetachedRootfs.open(layers, upper, work)) {
      assertThat(read(rootfs, "file")).isEqualTo(Integer.toString(many - 1));
    }
  }

  /** Linux 6.5; before, there may be about a dozen. */
  private static boolean takesLayersOneByOne() {
    String[] release = System.getProperty("os.version").split("[.-]");
    int major = Integer.parseInt(release[0]);
    return major > 6 || (major == 6 && Integer.parseInt(release[1]) >= 5);
  }

  @Test
  void noPathOfTheHostLeadsToIt() throws IOException {
    try (DetachedRootfs rootfs = DetachedRootfs.open(List.of(layer("low", "a")), upper, work)) {
      assertThat(rootfs.root().list("")).isNotEmpty();
      assertThat(Path.of("/proc/self/mountinfo")).content().doesNotContain(upper.toString());
    }
  }

  @Test
  void aLinkInALayerDoesNotLeadToTheHost() throws IOException {
    Path low = layer("low", "a");
    Files.createSymbolicLink(low.resolve("etc"), Path.of("/etc"));
    try (DetachedRootfs rootfs = DetachedRootfs.open(List.of(low), upper, work)) {
      assertThatThrownBy(() -> rootfs.root().read("etc/passwd")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aRefusalSaysWhatWasRefused() throws IOException {
    Path low = layer("low", "a");
    assertThatThrownBy(() -> DetachedRootfs.open(List.of(low), upper, Path.of("/proc")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("overlay");
  }

  private Path layer(String name, String content) throws IOException {
    Path layer = Files.createDirectory(directory.resolve(name));
    Files.writeString(layer.resolve("file"), content);
    return layer;
  }

  private static String read(DetachedRootfs rootfs, String path) throws IOException {
    try (FileFd file = rootfs.root().read(path)) {
      return new String(file.input().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void write(DetachedRootfs rootfs, String path, String content) throws IOException {
    try (FileFd file = rootfs.root().create(path, 0644)) {
      file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
