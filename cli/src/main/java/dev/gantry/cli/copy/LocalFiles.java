package dev.gantry.cli.copy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Files of this machine, to and from archives. What a container sends is not trusted. */
public final class LocalFiles {
  /** Stands for the first component's own name. */
  public static final String AS_IT_IS = ".";

  private LocalFiles() {}

  /**
   * Writes a file, or a directory with all that is in it; links as links.
   *
   * @param name what it is called in the archive; empty: only what is in it
   * @param owners whether ids are kept; else root's
   */
  static void pack(Path tree, String name, boolean owners, OutputStream out) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new BufferedOutputStream(out, 1 << 16), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
                throws IOException {
              return visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                throws IOException {
              String entry = Path.of(name).resolve(tree.relativize(path)).toString();
              String plain = entry.endsWith("/") ? entry.substring(0, entry.length() - 1) : entry;
              if (!plain.isEmpty() && !attributes.isOther()) {
                add(tar, path, plain, owners);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    }
  }

  private static void add(TarArchiveOutputStream tar, Path path, String name, boolean owners)
      throws IOException {
    boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    boolean link = Files.isSymbolicLink(path);
    byte type =
        directory ? TarConstants.LF_DIR : link ? TarConstants.LF_SYMLINK : TarConstants.LF_NORMAL;
    TarArchiveEntry entry = new TarArchiveEntry(directory ? name + "/" : name, type);
    entry.setModTime(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS));
    entry.setMode(attribute(path, "unix:mode") & 07777);
    entry.setIds(
        owners ? attribute(path, "unix:uid") : 0, owners ? attribute(path, "unix:gid") : 0);
    if (link) {
      entry.setLinkName(Files.readSymbolicLink(path).toString());
    } else if (!directory) {
      entry.setSize(Files.size(path));
    }
    tar.putArchiveEntry(entry);
    if (!directory && !link) {
      Files.copy(path, tar);
    }
    tar.closeArchiveEntry();
  }

  private static int attribute(Path path, String name) throws IOException {
    return (int) Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Unpacks an archive of a container into a directory of this machine. Nothing outside is written,
   * through links neither.
   *
   * @param name what the archive's first component becomes; empty: it is left out; {@link
   *     #AS_IT_IS}: it stays
   */
  public static void unpack(InputStream archive, Path into, String name) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(archive, "UTF-8");
    for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
      Path inside = renamed(entry.getName(), name);
      if (!inside.toString().isEmpty()) {
        unpack(tar, entry, into, inside, name);
      }
    }
  }

  private static void unpack(
      TarArchiveInputStream tar, TarArchiveEntry entry, Path into, Path inside, String name)
      throws IOException {
    Path target = into.resolve(inside);
    makeParents(into, inside);
    boolean directory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
    if (entry.isDirectory()) {
      if (!directory) {
        Files.createDirectory(target);
      }
      return;
    }
    if (directory) {
      throw new IOException(target + " is a directory, and would be replaced by a file");
    }
    Files.deleteIfExists(target);
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Path first = renamed(entry.getLinkName(), name);
      makeParents(into, first);
      Files.copy(into.resolve(first), target, LinkOption.NOFOLLOW_LINKS);
    } else if (entry.isFile()) {
      Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(target, permissions(entry.getMode()));
      Files.setLastModifiedTime(target, entry.getLastModifiedTime());
    }
  }

  /** The parents are there and are real directories: a link that the archive brought leads out. */
  private static void makeParents(Path into, Path inside) throws IOException {
    Path at = into;
    for (int i = 0; i < inside.getNameCount() - 1; i++) {
      at = at.resolve(inside.getName(i));
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(at);
      }
    }
  }

  private static Path renamed(String entry, String name) throws IOException {
    Path path = Path.of("/" + entry).normalize();
    if (entry.startsWith("/") || Path.of(entry).normalize().startsWith("..")) {
      throw new IOException("the container sent a name that leads out: " + entry);
    }
    if (name.equals(AS_IT_IS)) {
      return path.getNameCount() == 0 ? Path.of("") : path.subpath(0, path.getNameCount());
    }
    Path rest = path.getNameCount() > 1 ? path.subpath(1, path.getNameCount()) : Path.of("");
    return Path.of(name).resolve(rest);
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode & 0400 >> i) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }
}
