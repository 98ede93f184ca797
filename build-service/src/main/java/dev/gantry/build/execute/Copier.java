package dev.gantry.build.execute;

import dev.gantry.build.tree.ModeChange;
import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Paths;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.Selection;
import dev.gantry.build.tree.SourceTree;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.HashMap;
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
  private final @Nullable ModeChange mode;
  private final Cancellation cancellation;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Map<String, Instant> directoryTimes = new LinkedHashMap<>();

  /**
   * Copies into this root.
   *
   * @param owner of everything copied; absent: as in the source
   * @param mode of everything copied; absent: as in the source
   */
  Copier(DirFd root, @Nullable Owner owner, @Nullable ModeChange mode, Cancellation cancellation) {
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

  /** Copies what was selected: of a directory its content, of anything else itself. */
  void copy(Selection selection, String destination, boolean intoDirectory) throws IOException {
    SourceTree tree = selection.tree();
    Node node = selection.node();
    String target = resolved(destination);
    if (selection.isDirectory()) {
      directories(target, node.modified());
      Places places = new Places(target);
      for (Selection.Entry entry : selection.entries()) {
        cancellation.check();
        String source = Paths.child(selection.path(), entry.relative());
        Piece piece = new Piece(tree, source, entry.node(), entry.implied());
        put(piece, places.of(entry.relative()), places.names);
      }
      return;
    }
    if (intoDirectory || isDirectory(target)) {
      directories(target, node.modified());
      target = Paths.child(target, selection.name());
    } else {
      directories(Paths.parent(target), node.modified());
    }
    put(new Piece(tree, selection.path(), node, false), target, new HashMap<>());
  }

  /** One thing to copy. */
  private record Piece(SourceTree tree, String path, Node node, boolean implied) {}

  /** Where what lies in a directory goes. */
  private final class Places {
    private final String target;
    private final Map<String, String> directories = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();

    Places(String target) {
      this.target = target;
    }

    /** A directory of the copy may be a link to one in the image: what it holds goes there. */
    String of(String relative) throws IOException {
      String parent = Paths.parent(relative);
      String directory = directories.get(parent);
      if (directory == null) {
        directory = parent.isEmpty() ? target : resolved(Paths.child(target, parent));
        directories.put(parent, directory);
      }
      return Paths.child(directory, Paths.name(relative));
    }
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

  /** The destination with its links followed as far as it exists. */
  String resolved(String destination) throws IOException {
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

  boolean isDirectory(String path) throws IOException {
    Optional<FileStatus> status = root.find(path);
    return status.isPresent() && status.get().type() == FileType.DIRECTORY;
  }

  /** Makes what is missing of a directory, for the owner of the copy. */
  private void directories(String path, Instant modified) throws IOException {
    String existing = path;
    while (!existing.isEmpty() && root.find(existing).isEmpty()) {
      existing = Paths.parent(existing);
    }
    if (!isDirectory(existing)) {
      throw new CopyRefusedException("/" + existing + " is not a directory");
    }
    remember(existing);
    for (String made : root.mkdirs(path, DIRECTORY_MODE)) {
      directoryTimes.put(made, modified);
      if (owner != null) {
        root.chown(made, owner.uid(), owner.gid());
      }
    }
  }

  private void put(Piece piece, String target, Map<String, String> copied) throws IOException {
    Node node = piece.node();
    remember(Paths.parent(target));
    switch (node.kind()) {
      case DIRECTORY -> directory(piece, target);
      case FILE -> file(piece, target, copied);
      case SYMLINK -> {
        removeFile(target);
        root.symlink(node.target(), target);
        own(node, target);
        root.setTimes(target, node.modified());
      }
      case SPECIAL ->
          throw new CopyRefusedException(
              "/" + piece.path() + " is neither file, directory nor link");
    }
  }

  /**
   * A directory that is there already gets owner, mode and time of its source, as with Docker; one
   * that is only on the way to what is copied stays as it is.
   */
  private void directory(Piece piece, String target) throws IOException {
    Node node = piece.node();
    String directory = target;
    if (root.find(target).isPresent()) {
      directory = resolved(target);
      if (!isDirectory(directory)) {
        throw new CopyRefusedException(
            "cannot copy directory /"
                + piece.path()
                + " over /"
                + target
                + ", which is not a directory");
      }
      if (piece.implied()) {
        return;
      }
    } else {
      root.mkdir(target, DIRECTORY_MODE);
    }
    directoryTimes.put(directory, node.modified());
    own(node, directory);
    root.chmod(directory, mode(node));
    for (Map.Entry<String, byte[]> attribute : piece.tree().attributes(piece.path()).entrySet()) {
      root.setXattr(directory, attribute.getKey(), attribute.getValue());
    }
  }

  private void file(Piece piece, String target, Map<String, String> copied) throws IOException {
    removeFile(target);
    Optional<String> identity = piece.tree().identity(piece.path());
    Optional<String> other = identity.map(copied::get);
    if (other.isPresent() && !other.get().equals(target)) {
      root.link(other.get(), target);
      return;
    }
    identity.ifPresent(same -> copied.put(same, target));
    Node node = piece.node();
    int bits = mode(node);
    Owner to = owner == null ? new Owner(node.uid(), node.gid()) : owner;
    try (FileFd file = root.create(target, bits)) {
      content(piece, file);
      file.chown(to.uid(), to.gid());
      file.chmod(bits);
      for (Map.Entry<String, byte[]> attribute : piece.tree().attributes(piece.path()).entrySet()) {
        file.setXattr(attribute.getKey(), attribute.getValue());
      }
      file.setTimes(node.modified());
    }
  }

  private void content(Piece piece, FileFd file) throws IOException {
    try (InputStream in = piece.tree().open(piece.path())) {
      OutputStream out = file.output();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        cancellation.check();
        out.write(buffer, 0, count);
      }
      out.flush();
    }
  }

  private int mode(Node node) {
    return mode == null ? node.mode() : mode.apply(node.mode(), node.isDirectory());
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
