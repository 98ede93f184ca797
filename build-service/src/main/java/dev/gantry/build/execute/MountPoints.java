package dev.gantry.build.execute;

import dev.gantry.build.tree.Paths;
import dev.gantry.build.tree.RootfsTree;
import dev.gantry.build.tree.SourceTree;
import dev.gantry.linux.file.DirFd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A layer below all others with the files and directories on which a step mounts something, where
 * its image does not have them: so nothing of them is ever in what the step changed.
 */
final class MountPoints {
  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private final SourceTree image;
  private final DirFd layer;
  private final Set<String> missing = new LinkedHashSet<>();

  /** Makes what an image lacks in a directory that is empty at first. */
  MountPoints(DirFd image, DirFd layer) {
    this.image = new RootfsTree(image);
    this.layer = layer;
  }

  /** Makes a place to mount on. */
  void add(String target, boolean directory) throws IOException {
    String path = resolved(target);
    if (path.isEmpty() || image.find(path).isPresent() || layer.find(path).isPresent()) {
      return;
    }
    List<String> parts = Paths.split(path);
    for (int i = 1; i <= parts.size(); i++) {
      String part = String.join("/", parts.subList(0, i));
      if (image.find(part).isEmpty()) {
        missing.add(part);
      }
    }
    if (directory) {
      layer.mkdirs(path, DIRECTORY_MODE);
    } else {
      layer.mkdirs(Paths.parent(path), DIRECTORY_MODE);
      layer.create(path, FILE_MODE).close();
    }
  }

  /** What was missing, children before their parents. */
  List<String> missing() {
    return new ArrayList<>(missing).reversed();
  }

  /** The target with the links of the image followed as far as it exists. */
  private String resolved(String target) throws IOException {
    String existing = Paths.clean(target);
    String rest = "";
    Optional<String> found = Paths.resolve(image, existing);
    while (found.isEmpty()) {
      rest = Paths.child(Paths.name(existing), rest);
      existing = Paths.parent(existing);
      found = Paths.resolve(image, existing);
    }
    return rest.isEmpty() ? found.get() : Paths.child(found.get(), rest);
  }
}
