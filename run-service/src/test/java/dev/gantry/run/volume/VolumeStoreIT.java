package dev.gantry.run.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeStoreIT {
  private Path directory;
  private Path lower;
  private Path upper;
  private VolumeStore store;

  @BeforeEach
  void open() throws IOException {
    directory = Files.createTempDirectory(Path.of("/var/tmp"), "gantry-volumes-it");
    lower = Files.createDirectories(directory.resolve("lower"));
    upper = Files.createDirectories(directory.resolve("upper"));
    Files.createDirectories(lower.resolve("srv/data"));
    Files.writeString(lower.resolve("srv/data/a"), "lower");
    Files.writeString(lower.resolve("srv/data/b"), "b");
    Files.createDirectories(upper.resolve("srv/data"));
    Files.writeString(upper.resolve("srv/data/a"), "upper");
    store = reopened();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    try (DirFd parent = DirFd.open(directory.getParent())) {
      parent.deleteTree(directory.getFileName().toString());
    }
  }

  private VolumeStore reopened() throws IOException {
    return VolumeStore.open(directory.resolve("volumes"), Clock.systemUTC());
  }

  private void restart() throws IOException {
    store.close();
    store = reopened();
  }

  private void fill(String name) throws IOException {
    store.fill(name, List.of(lower, upper), "/srv/data");
  }

  private String read(String name, String file) throws IOException {
    return Files.readString(store.data(name).resolve(file));
  }

  @Test
  void aVolumeOutlivesTheService() throws IOException {
    Volume made = store.create("data", Map.of("team", "a"));
    restart();
    assertThat(store.find("data")).contains(made);
  }

  @Test
  void aVolumeThatIsThereStaysAsItIs() throws IOException {
    Volume made = store.create("data", Map.of("team", "a"));
    assertThat(store.create("data", Map.of("team", "b"))).isEqualTo(made);
  }

  @Test
  void aNameThatWouldBeAPathIsRefused() {
    assertThatThrownBy(() -> store.create("../x", Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVolumeInUseIsNotRemoved() throws IOException {
    store.hold("data", "r1");
    assertThat(store.remove("data")).isEqualTo(new VolumeStore.Removal.InUse(List.of("r1")));
  }

  @Test
  void aReleasedVolumeStaysAndCanBeRemoved() throws IOException {
    store.hold("data", "r1");
    store.release("r1", true);
    assertThat(store.remove("data")).isInstanceOf(VolumeStore.Removal.Removed.class);
    restart();
    assertThat(store.all()).isEmpty();
  }

  @Test
  void aRemovedVolumeLeavesNothingOnDisk() throws IOException {
    store.hold("data", "r1");
    Files.writeString(store.data("data").resolve("f"), "x");
    store.release("r1", false);
    store.remove("data");
    assertThat(directory.resolve("volumes")).isEmptyDirectory();
  }

  @Test
  void anAnonymousVolumeIsFoundAgainWhenAStartIsRepeated() throws IOException {
    Volume first = store.holdAnonymous("r1", "/data");
    restart();
    assertThat(store.holdAnonymous("r1", "/data")).isEqualTo(first);
  }

  @Test
  void anAnonymousVolumeGoesWithItsRunWhereThatIsWanted() throws IOException {
    store.holdAnonymous("r1", "/data");
    store.holdAnonymous("r2", "/data");
    store.release("r1", true);
    store.release("r2", false);
    assertThat(store.all()).extracting(volume -> volume.owner().run()).containsExactly("r2");
  }

  @Test
  void whoUsesWhatIsSaidAgainAfterARestart() throws IOException {
    store.hold("data", "r1");
    Volume own = store.holdAnonymous("r1", "/x");
    restart();
    store.restore("r1", Set.of("data", "gone"));
    assertThat(store.users("data")).containsExactly("r1");
    assertThat(store.users(own.name())).containsExactly("r1");
    assertThat(store.find("gone")).isEmpty();
  }

  @Test
  void anEmptyVolumeIsFilledWithWhatTheImageHas() throws IOException {
    store.create("data", Map.of());
    fill("data");
    assertThat(read("data", "a")).isEqualTo("upper");
    assertThat(read("data", "b")).isEqualTo("b");
  }

  @Test
  void ownersModesAttributesAndLinksAreFilledIn() throws IOException {
    try (DirFd image = DirFd.open(lower.resolve("srv/data"))) {
      image.create("tool", 0755).close();
      image.chown("tool", 7, 8);
      image.chmod("tool", 04750);
      image.setXattr("tool", "user.note", "n".getBytes(StandardCharsets.UTF_8));
      image.symlink("/etc/passwd", "link");
      image.chown("", 33, 34);
      image.chmod("", 0711);
    }
    store.create("data", Map.of());
    store.fill("data", List.of(lower), "/srv/data");
    try (DirFd data = DirFd.open(store.data("data"))) {
      FileStatus tool = data.stat("tool");
      assertThat("%d:%d %o".formatted(tool.uid(), tool.gid(), tool.mode())).isEqualTo("7:8 4750");
      assertThat(data.xattr("tool", "user.note").orElseThrow()).isEqualTo(new byte[] {'n'});
      assertThat(data.readlink("link")).isEqualTo("/etc/passwd");
      FileStatus root = data.stat("");
      assertThat("%d:%d %o".formatted(root.uid(), root.gid(), root.mode())).isEqualTo("33:34 711");
    }
  }

  @Test
  void aVolumeWithContentIsLeftAlone() throws IOException {
    store.create("data", Map.of());
    Files.writeString(store.data("data").resolve("mine"), "mine");
    fill("data");
    assertThat(store.data("data").toFile().list()).containsExactly("mine");
  }

  @Test
  void aPathThatTheImageDoesNotHaveFillsNothing() throws IOException {
    store.create("data", Map.of());
    store.fill("data", List.of(lower), "/nothing/here");
    assertThat(store.data("data")).isEmptyDirectory();
  }

  @Test
  void aLinkInTheImageStaysInTheImage() throws IOException {
    Files.createSymbolicLink(lower.resolve("etc"), Path.of("/etc"));
    store.create("data", Map.of());
    store.fill("data", List.of(lower), "/etc");
    assertThat(store.data("data")).isEmptyDirectory();
  }

  @Test
  void aCopyThatWasInterruptedLeavesNothing() throws IOException {
    store.create("data", Map.of());
    Path volume = store.data("data").resolveSibling("filling");
    Files.createDirectories(volume.resolve("half"));
    restart();
    assertThat(store.data("data")).isEmptyDirectory();
    fill("data");
    assertThat(store.data("data").toFile().list()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aCopyThatWasCompleteIsMovedInAfterACrash() throws IOException {
    store.create("data", Map.of());
    Path filled = Files.createDirectories(store.data("data").resolveSibling("filled"));
    Files.writeString(filled.resolve("b"), "rest");
    Files.writeString(store.data("data").resolve("a"), "moved before");
    restart();
    assertThat(read("data", "b")).isEqualTo("rest");
    assertThat(read("data", "a")).isEqualTo("moved before");
    assertThat(filled).doesNotExist();
  }

  @Test
  void manyFirstUsesFillItOnce() throws Exception {
    store.create("data", Map.of());
    Callable<Void> first =
        () -> {
          fill("data");
          return null;
        };
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<Void>> all =
          new ArrayList<>(pool.invokeAll(java.util.Collections.nCopies(16, first)));
      for (Future<Void> one : all) {
        one.get();
      }
    }
    assertThat(store.data("data").toFile().list()).containsExactlyInAnyOrder("a", "b");
    assertThat(store.data("data").getParent().toFile().list())
        .containsExactlyInAnyOrder("data", "volume.json");
  }

  @Test
  void itsSizeIsThatOfItsFiles() throws IOException {
    store.create("data", Map.of());
    Files.writeString(store.data("data").resolve("f"), "12345");
    Files.createLink(store.data("data").resolve("g"), store.data("data").resolve("f"));
    assertThat(store.size("data").bytes()).isEqualTo(5);
  }
}
