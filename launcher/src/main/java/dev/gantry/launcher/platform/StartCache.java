package dev.gantry.launcher.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Loaded classes of a program, kept so that its next start is faster (a dynamic CDS archive, JEP
 * 350). It lies beside the jar, for all instances; the first orderly end after a build writes it,
 * and the JVM ignores one that does not fit its jars.
 */
final class StartCache {
  private final Path jar;
  private final Path archive;
  private final Path fresh;

  /**
   * For the program in {@code jar}.
   *
   * @param scratch a directory of this instance, where an archive is written before it is moved
   */
  StartCache(String name, Path jar, Path scratch) {
    this.jar = jar;
    this.archive = jar.resolveSibling(name + ".jsa");
    this.fresh = scratch.resolve(name + ".jsa");
  }

  /** What to tell the JVM: use the archive, or write one when it ends. */
  List<String> flags() throws IOException {
    Files.deleteIfExists(fresh);
    return fits()
        ? List.of("-XX:SharedArchiveFile=" + archive)
        : List.of("-XX:ArchiveClassesAtExit=" + fresh);
  }

  /** Takes over what the JVM wrote at its end; an archive is a gain, never a condition. */
  void keep() {
    Path beside = archive.resolveSibling(archive.getFileName() + ".new");
    try {
      if (Files.exists(fresh)) {
        Files.copy(fresh, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, archive, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(fresh);
      }
    } catch (IOException e) {
      System.err.println("no start cache for " + jar + ": " + e.getMessage());
    }
  }

  private boolean fits() throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
  }
}
