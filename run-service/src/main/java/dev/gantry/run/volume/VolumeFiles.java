package dev.gantry.run.volume;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gantry.isolation.rootfs.DetachedRootfs;
import dev.gantry.isolation.rootfs.TreeCopy;
import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirEntry;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.linux.file.TreeSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Volumes on disk: a directory each, with {@code volume.json} and {@code data}. A volume is there
 * whole or not at all, and so is what it is filled with, whenever the machine stops. Names that
 * begin with a dot are those of work under way.
 */
final class VolumeFiles implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(VolumeFiles.class);
  private static final JsonMapper JSON = JsonMapper.builder().findAndAddModules().build();
  private static final String DEFINITION = "volume.json";
  private static final String DATA = "data";

  /** A copy that is being made. */
  private static final String FILLING = "filling";

  /** A copy that is complete: its entries are moved from here. */
  private static final String FILLED = "filled";

  private static final String SCRATCH = "scratch";

  private final Path path;
  private final DirFd directory;
  private final AtomicLong removals = new AtomicLong();

  private VolumeFiles(Path path, DirFd directory) {
    this.path = path;
    this.directory = directory;
  }

  /** Opens a directory of volumes, made when missing; what was begun and not finished goes. */
  static VolumeFiles open(Path path) throws IOException {
    Files.createDirectories(path);
    DirFd directory = DirFd.open(path);
    directory.chmod("", 0700);
    for (DirEntry entry : directory.list("")) {
      if (entry.name().startsWith(".")) {
        LOG.infof("removing what is left of a volume: %s", entry.name());
        directory.deleteTree(entry.name());
      }
    }
    return new VolumeFiles(path, directory);
  }

  /**
   * All that are there; one that cannot be read is left out, and the log says so. What was being
   * filled is filled or empty afterwards.
   */
  List<Volume> load() throws IOException {
    List<Volume> volumes = new ArrayList<>();
    for (DirEntry entry : directory.list("")) {
      try (DirFd volume = directory.directoryWithoutLinks(entry.name());
          FileFd file = volume.read(DEFINITION);
          InputStream in = file.input()) {
        volumes.add(JSON.readValue(in, Volume.class));
        volume.deleteTree(SCRATCH);
        volume.deleteTree(FILLING);
        finish(volume);
      } catch (IOException e) {
        LOG.errorf("volume %s cannot be read and is left alone: %s", entry.name(), e.getMessage());
      }
    }
    return volumes;
  }

  /** Makes a volume; it is durable when this returns. */
  void create(Volume volume) throws IOException {
    String unfinished = "." + volume.name();
    directory.deleteTree(unfinished);
    try {
      directory.mkdir(unfinished, 0700);
      directory.mkdir(unfinished + "/" + DATA, 0755);
      try (FileFd file = directory.create(unfinished + "/" + DEFINITION, 0600)) {
        file.write(ByteBuffer.wrap(JSON.writeValueAsBytes(volume)));
        file.sync();
      }
      try (DirFd made = directory.directory(unfinished)) {
        made.sync();
      }
      directory.rename(unfinished, volume.name());
      directory.sync();
    } catch (IOException e) {
      directory.deleteTree(unfinished);
      throw e;
    }
  }

  /**
   * Takes a volume away; it is gone for good when this returns, but still takes its space.
   *
   * @return what is to be {@link #erase}d
   */
  String detach(String name) throws IOException {
    String removed = ".removed-" + removals.incrementAndGet();
    directory.rename(name, removed);
    directory.sync();
    return removed;
  }

  /** Frees the space of a volume that was taken away, which takes a while for many files. */
  void erase(String removed) throws IOException {
    directory.deleteTree(removed);
  }

  /** Where a volume's content is. */
  Path data(String name) {
    return path.resolve(name).resolve(DATA);
  }

  TreeSize size(String name) throws IOException {
    try (DirFd data = directory.directory(name + "/" + DATA)) {
      return TreeSize.of(data);
    }
  }

  /**
   * Fills a volume that is empty with what an image has at a path; one that is not, or a path that
   * is no directory there, changes nothing. All or nothing, whenever the machine stops.
   *
   * @param layers of the image, the lowest first
   */
  void fill(String name, List<Path> layers, String imagePath) throws IOException {
    try (DirFd volume = directory.directory(name)) {
      finish(volume);
      if (!volume.list(DATA).isEmpty()) {
        return;
      }
      volume.deleteTree(SCRATCH);
      volume.deleteTree(FILLING);
      try {
        volume.mkdirs(SCRATCH + "/upper", 0755);
        volume.mkdirs(SCRATCH + "/work", 0700);
        copy(volume, path.resolve(name).resolve(SCRATCH), layers, imagePath);
      } finally {
        volume.deleteTree(SCRATCH);
        volume.deleteTree(FILLING);
      }
      finish(volume);
    }
  }

  private static void copy(DirFd volume, Path scratch, List<Path> layers, String imagePath)
      throws IOException {
    try (DetachedRootfs image =
            DetachedRootfs.open(layers, scratch.resolve("upper"), scratch.resolve("work"));
        DirFd content = image.root().directory(imagePath)) {
      volume.mkdir(FILLING, 0700);
      try (DirFd filling = volume.directory(FILLING)) {
        TreeCopy.copy(content, filling);
        filling.syncFileSystem();
      }
      volume.rename(FILLING, FILLED);
      volume.sync();
    } catch (LinuxException e) {
      if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP)) {
        throw e;
      }
      LOG.debugf("an image has no directory %s: %s", imagePath, e.getMessage());
    }
  }

  /**
   * Moves a complete copy to where it belongs, entry by entry: the directory itself may be mounted
   * in a run by now. What somebody has made meanwhile stays.
   */
  private static void finish(DirFd volume) throws IOException {
    if (volume.find(FILLED).isEmpty()) {
      return;
    }
    try (DirFd filled = volume.directory(FILLED);
        DirFd data = volume.directory(DATA)) {
      FileStatus root = filled.stat("");
      for (DirEntry entry : filled.list("")) {
        move(filled, data, entry.name());
      }
      data.chown("", root.uid(), root.gid());
      data.chmod("", root.mode());
      for (Map.Entry<String, byte[]> attribute : filled.xattrs("").entrySet()) {
        data.setXattr("", attribute.getKey(), attribute.getValue());
      }
      data.sync();
    }
    volume.deleteTree(FILLED);
    volume.sync();
  }

  private static void move(DirFd from, DirFd to, String name) throws LinuxException {
    try {
      from.move(name, to, name);
    } catch (LinuxException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
