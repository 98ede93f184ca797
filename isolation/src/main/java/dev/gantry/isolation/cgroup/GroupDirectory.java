package dev.gantry.isolation.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One directory of a control group file system, and the groups below it. */
record GroupDirectory(Path path) {
  private static final Duration REMOVAL_PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS_MAX = 50;

  GroupDirectory child(String name) {
    return new GroupDirectory(path.resolve(name));
  }

  GroupDirectory parent() {
    return new GroupDirectory(java.util.Objects.requireNonNull(path.getParent()));
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  boolean has(String file) {
    return Files.exists(path.resolve(file));
  }

  /** Makes the directory; whether it was missing. */
  boolean make() throws IOException {
    try {
      Files.createDirectory(path);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (exists()) {
        return false;
      }
      throw e;
    }
  }

  void write(String file, String value) throws IOException {
    try {
      Files.write(
          path.resolve(file), value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    } catch (IOException e) {
      String reason = e instanceof FileSystemException named ? named.getReason() : e.getMessage();
      throw new IOException(
          "cannot write " + value.strip() + " to " + path.resolve(file) + ": " + reason, e);
    }
  }

  String read(String file) throws IOException {
    return Files.readString(path.resolve(file)).strip();
  }

  long number(String file) throws IOException {
    return Long.parseLong(read(file));
  }

  /** Lets a process join; one that is gone is none to join. */
  void add(long pid) throws IOException {
    try {
      write("cgroup.procs", Long.toString(pid));
    } catch (IOException e) {
      if (ProcessHandle.of(pid).isPresent()) {
        throw e;
      }
    }
  }

  /** The processors of the host. */
  static CpuSet onlineCpus() throws IOException {
    return CpuSet.parse(Files.readString(Path.of("/sys/devices/system/cpu/online")).strip());
  }

  /** The number of a key in a file of lines {@code <key> <number>}. */
  static long entry(Path file, String key) throws IOException {
    String prefix = key + " ";
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(prefix)) {
        return Long.parseLong(line.substring(prefix.length()).strip());
      }
    }
    throw new IOException(file + " has no line " + key);
  }

  /** The directories of the groups below, not those below them. */
  List<GroupDirectory> children() throws IOException {
    List<GroupDirectory> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, Files::isDirectory)) {
      entries.forEach(entry -> children.add(new GroupDirectory(entry)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    return children;
  }

  /** Adds the ids of the processes here and below; nothing when the directory is gone. */
  void collectProcesses(Collection<Long> processes) throws IOException {
    for (GroupDirectory child : children()) {
      child.collectProcesses(processes);
    }
    try {
      read("cgroup.procs").lines().map(Long::valueOf).forEach(processes::add);
    } catch (FileSystemException e) {
      if (exists()) {
        throw e;
      }
    }
  }

  /** Removes it with all below, waiting for killed processes to leave. */
  void remove() throws IOException {
    long deadline = System.nanoTime() + REMOVAL_PATIENCE.toNanos();
    for (long pause = 1; !tryRemove(); pause = Math.min(2 * pause, PAUSE_MILLIS_MAX)) {
      if (System.nanoTime() > deadline) {
        List<Long> processes = new ArrayList<>();
        collectProcesses(processes);
        throw new IOException(path + " cannot be removed, processes in it: " + processes);
      }
      pause(pause);
    }
  }

  /** Removes it with all below; false when something in it is in use still. */
  boolean tryRemove() throws IOException {
    for (GroupDirectory child : children()) {
      if (!child.tryRemove()) {
        return false;
      }
    }
    try {
      Files.deleteIfExists(path);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    } catch (FileSystemException e) {
      // EBUSY has no exception of its own: the group has processes, or dying ones.
      if (e.getClass() == FileSystemException.class) {
        return false;
      }
      throw e;
    }
  }

  static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a control group was changing", e);
    }
  }
}
