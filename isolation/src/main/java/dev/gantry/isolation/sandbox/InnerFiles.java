package dev.gantry.isolation.sandbox;

import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.process.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files as the processes of a sandbox see them.
 *
 * @param root the root directory in the sandbox's own mounts; paths given to it stay inside
 * @param idBase what is added to the sandbox's ids in the owners that this process sees
 */
public record InnerFiles(DirFd root, int idBase) implements AutoCloseable {

  /**
   * Those of a process. Its number may have become another's before we came: so it is looked at
   * again when we hold its root.
   */
  static InnerFiles of(ProcessId process) throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    DirFd root = DirFd.open(proc.resolve("root"));
    try {
      String first = Files.readString(proc.resolve("uid_map")).strip();
      if (!process.alive()) {
        throw new IOException("the sandbox has ended");
      }
      return new InnerFiles(root, Integer.parseInt(first.split("\\s+")[1]));
    } catch (IOException | RuntimeException e) {
      root.close();
      throw e;
    }
  }

  @Override
  public void close() {
    root.close();
  }
}
