package dev.gantry.cli.build;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A build context as a tar: files, directories and symbolic links (as they are, never followed)
 * with their modes and times, all owned by root; without what {@code .dockerignore} leaves out. The
 * Dockerfile and {@code .dockerignore} are always sent.
 */
public final class ContextArchive {
  private static final String IGNORE_FILE = ".dockerignore";

  private final Path directory;
  private final Set<String> always;
  private final DockerIgnore ignore;

  private ContextArchive(Path directory, Set<String> always, DockerIgnore ignore) {
    this.directory = directory;
    this.always = always;
    this.ignore = ignore;
  }

  /** Writes the context in {@code directory} to {@code file}. */
  public static void write(Path directory, String dockerfile, Path file) throws IOException {
    Path ignoreFile = directory.resolve(IGNORE_FILE);
    List<String> lines =
        Files.isRegularFile(ignoreFile) ? Files.readAllLines(ignoreFile) : List.of();
    ContextArchive archive =
        new ContextArchive(
            directory, Set.copyOf(List.of(dockerfile, IGNORE_FILE)), DockerIgnore.parse(lines));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      archive.walk(tar);
    }
  }

  private void walk(TarArchiveOutputStream tar) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            String name = name(path);
            if (name.isEmpty()) {
              return FileVisitResult.CONTINUE;
            }
            if (isLeftOut(name)) {
              return ignore.prunes() && !holdsAlways(name)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }
            add(tar, path, name, attributes);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (!isLeftOut(name(path)) && !attributes.isOther()) {
              add(tar, path, name(path), attributes);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private String name(Path path) {
    return directory.relativize(path).toString();
  }

  private boolean isLeftOut(String name) {
    return !always.contains(name) && ignore.ignores(name);
  }

  private boolean holdsAlways(String directoryName) {
    return always.stream().anyMatch(file -> file.startsWith(directoryName + "/"));
  }

  private static void add(
      TarArchiveOutputStream tar, Path path, String name, BasicFileAttributes attributes)
      throws IOException {
    byte type = TarConstants.LF_NORMAL;
    if (attributes.isDirectory()) {
      type = TarConstants.LF_DIR;
    } else if (attributes.isSymbolicLink()) {
      type = TarConstants.LF_SYMLINK;
    }
    TarArchiveEntry entry = new TarArchiveEntry(attributes.isDirectory() ? name + "/" : name, type);
    entry.setModTime(attributes.lastModifiedTime());
    if (attributes.isSymbolicLink()) {
      entry.setLinkName(Files.readSymbolicLink(path).toString());
    } else {
      entry.setMode((int) Files.getAttribute(path, "unix:mode") & 07777);
    }
    if (attributes.isRegularFile()) {
      entry.setSize(attributes.size());
    }
    tar.putArchiveEntry(entry);
    if (attributes.isRegularFile()) {
      Files.copy(path, tar);
    }
    tar.closeArchiveEntry();
  }
}
