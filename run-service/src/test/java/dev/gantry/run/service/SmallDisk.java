package dev.gantry.run.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system of little space and few files, which can be filled. */
public final class SmallDisk implements AutoCloseable {
  private static final int CHUNK = 4096;

  private final Path directory;
  private final List<Path> ballast = new ArrayList<>();

  /** Mounts one on a directory, which is made where it is missing. */
  public SmallDisk(Path directory, int megabytes, int files)
      throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    String options = "size=%dm,nr_inodes=%d,mode=755".formatted(megabytes, files);
    run("mount", "-t", "tmpfs", "-o", options, "gantry-test", directory.toString());
  }

  /** Leaves only so many bytes. */
  public void leaveBytes(long bytes) throws IOException {
    Path file = directory.resolve("ballast-" + ballast.size());
    ballast.add(file);
    long room = Files.getFileStore(directory).getUsableSpace() - bytes;
    try (var out = Files.newOutputStream(file)) {
      for (long written = 0; written < room; written += CHUNK) {
        out.write(new byte[CHUNK]);
      }
    }
  }

  /** Leaves only so many files. */
  public void leaveFiles(int files) throws IOException {
    int first = ballast.size();
    try {
      while (true) {
        ballast.add(Files.createFile(directory.resolve("ballast-" + ballast.size())));
      }
    } catch (IOException full) {
      for (int i = 0; i < files && ballast.size() > first; i++) {
        Files.delete(ballast.removeLast());
      }
    }
  }

  /** Takes away what filled it. */
  public void relieve() throws IOException {
    for (Path file : ballast) {
      Files.deleteIfExists(file);
    }
    ballast.clear();
  }

  /** Unmounts it; what still uses it keeps it until then. */
  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "-l", directory.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }
}
