package dev.gantry.run.archive;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.FileType;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a run: whatever path is asked for, and whatever its processes do meanwhile, nothing
 * outside is reached.
 *
 * @param root stays whoever's it is
 * @param idBase what is added to the run's ids in the owners that this process sees
 * @param kernels file systems that are the kernel's own, and no files of the run
 */
record FileTree(DirFd root, int idBase, Set<FileStatus.Device> kernels) {
  private static final int IDS = 65_536;

  /** The tree of a root in which proc and sysfs may be mounted. */
  static FileTree of(DirFd root, int idBase) throws IOException {
    FileStatus.Device own = root.stat("").device();
    Set<FileStatus.Device> kernels = new HashSet<>();
    for (String name : new String[] {"proc", "sys"}) {
      Optional<FileStatus> found = root.find(name);
      if (found.isPresent() && found.get().type() == FileType.DIRECTORY) {
        kernels.add(found.get().device());
      }
    }
    kernels.remove(own);
    return new FileTree(root, idBase, Set.copyOf(kernels));
  }

  /** Whether a file is one of the kernel's. */
  boolean isKernels(FileStatus status) {
    return kernels.contains(status.device());
  }

  /** An id as the run knows it. */
  int inside(int id) {
    long inside = Integer.toUnsignedLong(id) - idBase;
    return inside >= 0 && inside < IDS ? (int) inside : IDS - 2;
  }
}
