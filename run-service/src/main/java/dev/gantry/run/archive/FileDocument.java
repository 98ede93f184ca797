package dev.gantry.run.archive;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file of a run over HTTP.
 *
 * @param mode permission bits, in octal
 * @param linkTarget what a symbolic link says
 * @param directory whether it is one, or a link that leads to one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FileDocument(
    String name,
    String type,
    long size,
    String mode,
    int uid,
    int gid,
    Instant modified,
    @Nullable String linkTarget,
    boolean directory) {

  static FileDocument of(FileTree tree, String path) throws IOException {
    DirFd root = tree.root();
    FileStatus status = root.stat(path);
    boolean link = status.type() == FileType.SYMLINK;
    return new FileDocument(
        RunPath.name(path),
        status.type().name().toLowerCase(Locale.ROOT),
        status.size(),
        "%04o".formatted(status.mode()),
        tree.inside(status.uid()),
        tree.inside(status.gid()),
        status.modified(),
        link ? root.readlink(path) : null,
        status.type() == FileType.DIRECTORY || link && leadsToDirectory(root, path));
  }

  private static boolean leadsToDirectory(DirFd root, String path) {
    try {
      return root.statFollowing(path).type() == FileType.DIRECTORY;
    } catch (IOException _) {
      return false;
    }
  }
}
