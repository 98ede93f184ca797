package dev.gantry.build.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Paths;
import dev.gantry.build.tree.Patterns;
import dev.gantry.build.tree.Selection;
import dev.gantry.oci.tar.TarEntry;
import dev.gantry.oci.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contexts and ignore files that nobody would send: each is read or refused, in bounded time, and
 * nothing in it means a place outside. {@code -Dgantry.soak=true} takes 100,000 of each.
 */
class ContextFuzzTest {
  private static final boolean SOAK = Boolean.getBoolean("gantry.soak");
  private static final int COUNT = SOAK ? 100_000 : 3_000;
  private static final Duration PATIENCE = Duration.ofMinutes(SOAK ? 60 : 5);
  private static final ContextLimits LIMITS = new ContextLimits(1 << 20, 1 << 20, 200);

  private static final List<String> PIECES =
      List.of(
          "a",
          "b",
          "c",
          "/",
          "//",
          ".",
          "..",
          "../",
          "*",
          "**",
          "**/",
          "?",
          "[",
          "]",
          "[a-c]",
          "[^a]",
          "\\",
          "!",
          "#",
          " ",
          "\n",
          "\r\n",
          "\t",
          "\0",
          "\u00e4",
          "\ud83d\ude00",
          ".git",
          "Dockerfile",
          "{",
          "(",
          "$",
          "+",
          "|",
          "-");

  @TempDir Path directory;

  private static String text(Random random, int piecesMax) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(piecesMax); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  @Test
  void anIgnoreFileIsReadOrRefused() {
    Assertions.assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (int seed = 0; seed < COUNT; seed++) {
            Random random = new Random(seed);
            try {
              DockerIgnore rules = DockerIgnore.parse(text(random, 60));
              for (int i = 0; i < 5; i++) {
                String path = Paths.clean(text(random, 30).replace('\n', 'n'));
                boolean first = rules.ignores(path);
                assertThat(rules.ignores(path)).as("seed %d", seed).isEqualTo(first);
              }
            } catch (InvalidContextException e) {
              assertThat(e).as("seed %d", seed).hasMessageContaining("line ");
            }
          }
        });
  }

  @Test
  void aContextIsReadOrRefusedAndLeadsNowhere() {
    Assertions.assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (int seed = 0; seed < COUNT; seed++) {
            Random random = new Random(seed);
            byte[] tar = archive(random);
            damage(tar, random);
            try (ContextArchive archive =
                ContextArchive.read(
                    new ByteArrayInputStream(tar), directory.resolve("context"), LIMITS)) {
              explore(archive, text(random, 12).replace('\n', 'n'), "seed " + seed);
            } catch (InvalidContextException e) {
              assertThat(e).hasMessageContaining("context");
            }
          }
        });
  }

  private static void explore(ContextArchive archive, String argument, String seed)
      throws IOException {
    Patterns nothing = Patterns.of(List.of());
    try {
      for (Selection selection : Selection.of(archive.tree(), argument, nothing)) {
        inside(selection, seed);
      }
      for (Selection selection : Selection.withParents(archive.tree(), argument, nothing)) {
        inside(selection, seed);
      }
    } catch (IllegalArgumentException e) {
      assertThat(e).as(seed).hasMessageContaining("pattern");
    }
    for (Selection selection : Selection.of(archive.tree(), "", nothing)) {
      inside(selection, seed);
    }
  }

  private static void inside(Selection selection, String seed) throws IOException {
    assertThat(Paths.split(selection.path())).as(seed).doesNotContain("..");
    for (Selection.Entry entry : selection.entries()) {
      assertThat(Paths.split(entry.relative())).as(seed).doesNotContain("..");
      if (entry.node().kind() == Node.Kind.FILE) {
        String path = Paths.child(selection.path(), entry.relative());
        try (var in = selection.tree().open(path)) {
          assertThat((long) in.readAllBytes().length).as(seed).isEqualTo(entry.node().size());
        }
      }
    }
  }

  private static byte[] archive(Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    TarEntry.Kind[] kinds = TarEntry.Kind.values();
    for (int i = random.nextInt(8); i >= 0; i--) {
      TarEntry.Kind kind =
          random.nextInt(3) == 0 ? kinds[random.nextInt(kinds.length)] : TarEntry.Kind.FILE;
      TarEntry entry =
          TarEntry.of(text(random, 8), kind, random.nextInt(), TarEntry.Owner.ROOT, Instant.EPOCH);
      switch (kind) {
        case FILE -> {
          byte[] content = text(random, 200).getBytes(StandardCharsets.UTF_8);
          tar.begin(entry.withSize(content.length));
          tar.write(content, 0, content.length);
        }
        case SYMLINK, HARD_LINK -> tar.begin(entry.withLink(text(random, 8)));
        case DIRECTORY, FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> tar.begin(entry);
      }
    }
    tar.finish();
    return bytes.toByteArray();
  }

  /** Changes bytes, and mends checksums of headers now and then so that more than those is read. */
  private static void damage(byte[] tar, Random random) {
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(tar.length);
      tar[at] = (byte) random.nextInt(256);
      int block = at / TarHeader.BLOCK * TarHeader.BLOCK;
      if (random.nextBoolean()) {
        mend(tar, block);
      }
    }
  }

  private static void mend(byte[] tar, int block) {
    long sum = 0;
    for (int i = 0; i < TarHeader.BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(tar[block + i]);
    }
    byte[] text = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, tar, block + 148, 8);
  }
}
