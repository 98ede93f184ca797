package dev.gantry.isolation.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A layer with a shell and the usual tools: Debian's busybox. */
final class BusyboxLayer {
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private BusyboxLayer() {}

  static Path create(Path directory) throws IOException, InterruptedException {
    if (!Files.isExecutable(BUSYBOX)) {
      throw new IllegalStateException("no /bin/busybox: install the package busybox-static");
    }
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Files.copy(BUSYBOX, bin.resolve("busybox"));
    Files.setPosixFilePermissions(
        bin.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Process list = new ProcessBuilder(BUSYBOX.toString(), "--list").start();
    for (String tool : new String(list.getInputStream().readAllBytes()).split("\n")) {
      if (!tool.equals("busybox")) {
        Files.createSymbolicLink(bin.resolve(tool), Path.of("busybox"));
      }
    }
    list.waitFor();
    Path etc = Files.createDirectories(directory.resolve("etc"));
    Files.writeString(
        etc.resolve("passwd"),
        "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n");
    Files.writeString(
        etc.resolve("group"), "root:x:0:\nwheel:x:10:root\napp:x:1001:\nextra:x:1002:app,other\n");
    Files.writeString(bin.resolve("not-executable"), "echo no\n");
    Files.createDirectories(directory.resolve("tmp"));
    Files.setPosixFilePermissions(
        directory.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    return directory;
  }
}
