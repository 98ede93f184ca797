package dev.gantry.image.mirror;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.image.repository.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/** The operator of a service under test, who names mirrors in its file. */
final class MirrorTestFile {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final Mirrors mirrors;

  MirrorTestFile(Path stateDir, Mirrors mirrors) {
    this.file = stateDir.resolve("mirrors.json");
    this.mirrors = mirrors;
  }

  /** Names one more mirror, and returns when the service knows it. */
  void add(String prefix, String json) throws IOException, InterruptedException {
    ObjectNode root =
        Files.exists(file)
            ? (ObjectNode) JSON.readTree(Files.readAllBytes(file))
            : JSON.createObjectNode();
    root.set(prefix, JSON.readTree(json));
    Path next =
        Files.createTempFile(
            file.getParent(),
            "mirrors-",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(next, JSON.writeValueAsBytes(root));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (mirrors.none() || mirrors.place(new RepositoryName(prefix + "/a")).isEmpty()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("the service does not know " + prefix);
      }
      Thread.sleep(20);
    }
  }
}
