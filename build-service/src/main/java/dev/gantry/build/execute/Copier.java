package dev.gantry.build.execute;

import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Paths;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.SourceTree;
import dev.gantry.build.tree.Sources;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies files into a root file system. Every path is resolved beneath its descriptor, so that
 * links of the image lead nowhere else.
 */
final class Copier {
  private static final int DIRECTORY_MODE = 0755;
  private static final int BUFFER_BYTES = 128 * 1024;

  private final DirFd root;
  private final @Nullable Owner owner;
  private final @Nullable Integer mode;
  private final Cancellation cancellation;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Map<String, Instant> directoryTimes = new LinkedHashMap<>();

  /**
   * Copies into this root.
   *
   * @param owner of everything copied; absent: as in the source
   * @param mode of everything copied; absent: as in the source
   */
  Copier(DirFd root, @Nullable Owner owner, @Nullable Integer mode, Cancellation cancellation) {
    this.root = root;
    this.owner = owner;
    this.mode = mode;
    this.cancellation = cancellation;
  }

  /** A copy that cannot be made, for a reason in the Dockerfile or the image. */
  static final class CopyRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    CopyRefusedException(String message) {
      super(message);
    }
  }

  /** Copies one match: of a directory its content, of anything else itself. */
  void copy(SourceTree tree, Sources.Match match, String destination, boolean intoDirectory)
      throws IOException {
    String source = match.path();
    Node node = source.isEmpty() ? tree.find(source).orElse(Node.ROOT) : found(tree, source);
    String target = resolved(destination);
    if (node.isDirectory()) {
      directories(target, node.modified());
      children(tree, source, target);
      return;
    }
    if (intoDirectory || isDirectory(target)) {
      directories(target, node.modified());
      target = Paths.child(target, match.name());
    } else {
      directories(Paths.parent(target), node.modified());
    }
    entry(tree, source, node, target);
  }

  /** Makes a directory where it is missing, links followed. */
  void directory(String path, Instant modified) throws IOException {
    String target = resolved(path);
    if (!isDirectory(target)) {
      directories(target, modified);
    }
  }

  /**
   * Gives the directories that were changed the times that they had, and new ones those of what is
   * in them: so that the same copy makes the same layer.
   */
  void finish() throws IOException {
    for (Map.Entry<String, Instant> directory : directoryTimes.entrySet()) {
      root.setTimes(directory.getKey(), directory.getValue());
    }
  }

  private void remember(String directory) throws IOException {
    if (!directoryTimes.containsKey(directory)) {
      directoryTimes.put(directory, root.stat(directory).modified());
    }
  }

  private static Node found(SourceTree tree, String path) throws IOException {
    return tree.find(path).orElseThrow(() -> new CopyRefusedException("/" + path + ": not found"));
  }

  /** The destination with its links followed as far as it exists. */
  private String resolved(String destination) throws IOException {
    RootfsTree tree = new RootfsTree(root);
    String existing = Paths.clean(destination);
    String missing = "";
    Optional<String> found = Paths.resolve(tree, existing);
    while (found.isEmpty()) {
      missing = Paths.child(Paths.name(existing), missing);
      existing = Paths.parent(existing);
      found = Paths.resolve(tree, existing);
    }
    return missing.isEmpty() ? found.get() : Paths.child(found.get(), missing);
  }

  private boolean isDirectory(String path) throws IOException {
    Optional<FileStatus> status = root.find(path);
    return status.isPresent() && status.get().type() == FileType.DIRECTORY;
  }

  /** Makes what is missing of a directory, for the owner of the copy. */
  private void directories(String path, Instant modified) throws IOException {
    String existing = path;
    while (!existing.isEmpty() && root.find(existing).isEmpty()) {
      existing = Paths.parent(existing);
    }
    remember(existing);
    for (String made : root.mkdirs(path, DIRECTORY_MODE)) {
      directoryTimes.put(made, modified);
      if (owner != null) {
        root.chown(made, owner.uid(), owner.gid());
      }
    }
  }

  private void children(SourceTree tree, String source, String target) throws IOException {
    for (String name : tree.children(source)) {
      cancellation.check();
      String from = Paths.child(source, name);
      entry(tree, from, found(tree, from), Paths.child(target, name));
    }
  }

  private void entry(SourceTree tree, String source, Node node, String target) throws IOException {
    remember(Paths.parent(target));
    switch (node.kind()) {
      case DIRECTORY -> directory(tree, source, node, target);
      case FILE -> file(tree, source, node, target);
      case SYMLINK -> {
        removeFile(target);
        root.symlink(node.target(), target);
        own(node, target);
        root.setTimes(target, node.modified());
      }
      case SPECIAL ->
          throw new CopyRefusedException("/" + source + " is neither file, directory nor link");
    }
  }

  /** A directory that is there already keeps its mode and owner. */
  private void directory(SourceTree tree, String source, Node node, String target)
      throws IOException {
    Optional<FileStatus> existing = root.find(target);
    if (existing.isPresent()) {
      String directory = resolved(target);
      if (!isDirectory(directory)) {
        throw new CopyRefusedException(
            "cannot copy directory /" + source + " over /" + target + ", which is not a directory");
      }
      children(tree, source, directory);
      return;
    }
    root.mkdir(target, DIRECTORY_MODE);
    directoryTimes.put(target, node.modified());
    children(tree, source, target);
    own(node, target);
    root.chmod(target, mode == null ? node.mode() : mode);
  }

  private void file(SourceTree tree, String source, Node node, String target) throws IOException {
    removeFile(target);
    int bits = mode == null ? node.mode() : mode;
    Owner to = owner == null ? new Owner(node.uid(), node.gid()) : owner;
    try (FileFd file = root.create(target, bits)) {
      try (InputStream in = tree.open(source)) {
        OutputStream out = file.output();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          cancellation.check();
          out.write(buffer, 0, count);
        }
        out.flush();
      }
      file.chown(to.uid(), to.gid());
      file.chmod(bits);
      for (Map.Entry<String, byte[]> attribute : tree.attributes(source).entrySet()) {
        file.setXattr(attribute.getKey(), attribute.getValue());
      }
      file.setTimes(node.modified());
    }
  }

  /** What a file replaces goes first: it may be a link, or another name of something else. */
  private void removeFile(String target) throws IOException {
    Optional<FileStatus> existing = root.find(target);
    if (existing.isPresent() && existing.get().type() == FileType.DIRECTORY) {
      throw new CopyRefusedException("cannot copy a file over directory /" + target);
    }
    if (existing.isPresent()) {
      root.unlink(target);
    }
  }

  private void own(Node node, String target) throws IOException {
    Owner to = owner == null ? new Owner(node.uid(), node.gid()) : owner;
    root.chown(target, to.uid(), to.gid());
  }
}
