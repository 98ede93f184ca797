package dev.gantry.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextArchiveTest {
  @TempDir Path folder;

  @Test
  void filesKeepTheirModes() throws Exception {
    file("run.sh");
    Files.setPosixFilePermissions(
        folder.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-x---"));

    assertThat(entries("Dockerfile").get("run.sh").getMode() & 07777).isEqualTo(0750);
  }

  @Test
  void linksAreSentAsLinks() throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), Path.of("../elsewhere"));

    TarArchiveEntry link = entries("Dockerfile").get("link");

    assertThat(link.isSymbolicLink()).isTrue();
    assertThat(link.getLinkName()).isEqualTo("../elsewhere");
  }

  @Test
  void whatIsIgnoredIsNotSent() throws Exception {
    file("a.log");
    file("node_modules/x/y");
    file("src/main");
    Files.writeString(folder.resolve(".dockerignore"), "*.log\nnode_modules\n");

    assertThat(entries("Dockerfile")).containsOnlyKeys(".dockerignore", "src/", "src/main");
  }

  @Test
  void theDockerfileIsSentEvenWhenItIsIgnored() throws Exception {
    file("docker/Dockerfile");
    file("docker/other");
    Files.writeString(folder.resolve(".dockerignore"), "docker\n.dockerignore\n");

    assertThat(entries("docker/Dockerfile")).containsOnlyKeys(".dockerignore", "docker/Dockerfile");
  }

  @Test
  void nobodyOwnsWhatIsSent() throws Exception {
    file("a");

    TarArchiveEntry entry = entries("Dockerfile").get("a");

    assertThat(entry.getLongUserId()).isZero();
    assertThat(entry.getUserName()).isEmpty();
  }

  private void file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
  }

  private Map<String, TarArchiveEntry> entries(String dockerfile) throws IOException {
    Path archive = Files.createTempFile("context", ".tar");
    try {
      ContextArchive.write(folder, dockerfile, archive);
      Map<String, TarArchiveEntry> entries = new TreeMap<>();
      try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
        for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
          entries.put(entry.getName(), entry);
        }
      }
      return entries;
    } finally {
      Files.delete(archive);
    }
  }
}
