package dev.gantry.build.execute;

import dev.gantry.build.tree.Node;
import dev.gantry.build.tree.Paths;
import dev.gantry.build.tree.SourceTree;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;

/**
 * Makes the files of a tree anew in an empty directory, so that they can be mounted: as they are,
 * with owners, modes, times and attributes. What is neither file, directory nor link is left out.
 */
final class TreeMirror {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int DEPTH_MAX = 512;
  private static final int DIRECTORY_MODE = 0755;

  private final SourceTree tree;
  private final DirFd into;
  private final StepContext context;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private Instant newest = Instant.EPOCH;
  private long bytes;

  TreeMirror(SourceTree tree, DirFd into, StepContext context) {
    this.tree = tree;
    this.into = into;
    this.context = context;
  }

  /** The time of the newest thing that was mirrored. */
  Instant newest() {
    return newest;
  }

  /** What is in a directory, into the directory itself. */
  void contents(String source) throws IOException {
    Node node = source.isEmpty() ? tree.find(source).orElse(Node.ROOT) : node(source);
    children(source, "", 0);
    finish(source, node, "");
  }

  /** A file or link, under a name. */
  void entry(String source, String name) throws IOException {
    entry(source, name, 0);
  }

  private Node node(String path) throws IOException {
    return tree.find(path).orElseThrow(() -> new IOException("/" + path + " is gone"));
  }

  private void children(String source, String target, int depth) throws IOException {
    if (depth > DEPTH_MAX) {
      throw new IOException("/" + source + " is too deep");
    }
    for (String name : tree.children(source)) {
      context.job().cancellation().check();
      entry(Paths.child(source, name), Paths.child(target, name), depth + 1);
    }
  }

  private void entry(String source, String target, int depth) throws IOException {
    Node node = node(source);
    switch (node.kind()) {
      case DIRECTORY -> {
        into.mkdir(target, DIRECTORY_MODE);
        children(source, target, depth);
        finish(source, node, target);
      }
      case FILE -> file(source, node, target);
      case SYMLINK -> {
        into.symlink(node.target(), target);
        into.chown(target, node.uid(), node.gid());
        into.setTimes(target, node.modified());
        count(node);
      }
      case SPECIAL -> {
        // A device or pipe of an image means nothing here.
      }
    }
  }

  private void file(String source, Node node, String target) throws IOException {
    count(node);
    try (FileFd file = into.create(target, node.mode())) {
      try (InputStream in = tree.open(source)) {
        OutputStream out = file.output();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          context.job().cancellation().check();
          out.write(buffer, 0, count);
        }
        out.flush();
      }
      file.chown(node.uid(), node.gid());
      file.chmod(node.mode());
      for (Map.Entry<String, byte[]> attribute : tree.attributes(source).entrySet()) {
        file.setXattr(attribute.getKey(), attribute.getValue());
      }
      file.setTimes(node.modified());
    }
  }

  private void finish(String source, Node node, String target) throws IOException {
    into.chown(target, node.uid(), node.gid());
    into.chmod(target, node.mode());
    for (Map.Entry<String, byte[]> attribute : tree.attributes(source).entrySet()) {
      into.setXattr(target, attribute.getKey(), attribute.getValue());
    }
    into.setTimes(target, node.modified());
    count(node);
  }

  private void count(Node node) throws IOException {
    newest = node.modified().isAfter(newest) ? node.modified() : newest;
    bytes += node.size();
    if (context.disk().exceededWith(bytes)) {
      throw new DiskUse.ExceededException(context.disk().bytesMax());
    }
  }
}
