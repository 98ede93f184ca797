package dev.gantry.build.tree;

import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The files of a stage or an image, through a directory descriptor that they cannot escape. */
public final class RootfsTree implements SourceTree {
  private final DirFd root;

  /** Reads what lies beneath; the descriptor stays the caller's. */
  public RootfsTree(DirFd root) {
    this.root = root;
  }

  @Override
  public Optional<Node> find(String path) throws IOException {
    Optional<FileStatus> status = root.find(path);
    if (status.isEmpty()) {
      return Optional.empty();
    }
    FileStatus found = status.get();
    Node.Kind kind = kind(found.type());
    return Optional.of(
        new Node(
            kind,
            found.mode(),
            found.uid(),
            found.gid(),
            kind == Node.Kind.FILE ? found.size() : 0,
            found.modified(),
            kind == Node.Kind.SYMLINK ? root.readlink(path) : ""));
  }

  private static Node.Kind kind(FileType type) {
    return switch (type) {
      case REGULAR -> Node.Kind.FILE;
      case DIRECTORY -> Node.Kind.DIRECTORY;
      case SYMLINK -> Node.Kind.SYMLINK;
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET, UNKNOWN -> Node.Kind.SPECIAL;
    };
  }

  @Override
  public List<String> children(String path) throws IOException {
    return root.list(path).stream().map(DirEntry::name).sorted().toList();
  }

  @Override
  public InputStream open(String path) throws IOException {
    return root.read(path).input();
  }

  /** File capabilities and users' attributes; those of the overlay belong to its layers. */
  @Override
  public Map<String, byte[]> attributes(String path) throws IOException {
    return root.xattrs(path).entrySet().stream()
        .filter(
            attribute ->
                attribute.getKey().equals("security.capability")
                    || (attribute.getKey().startsWith("user.")
                        && !attribute.getKey().startsWith("user.overlay.")))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Override
  public Optional<String> identity(String path) throws IOException {
    FileStatus status = root.stat(path);
    return status.type() == FileType.REGULAR && status.links() > 1
        ? Optional.of(status.device() + " " + status.inode())
        : Optional.empty();
  }
}
