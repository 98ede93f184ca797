package dev.gantry.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another engine with Docker's command line, measured in the same run.
 *
 * @param program {@code docker} or {@code podman}
 */
record Peer(String program) {
  private static final String IMAGE = "gantry-bench";

  /** Why this engine cannot be measured here, or an empty text. */
  String unavailable() {
    try {
      Commands.run(program, "info");
      return "";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      return message.length() > 200 ? message.substring(0, 200) + "…" : message;
    }
  }

  /** Makes the image that is measured from the host's static busybox. */
  void prepare() throws IOException {
    Path root = Files.createTempDirectory("gantry-bench");
    try {
      Files.createDirectory(root.resolve("bin"));
      Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
      for (String applet : List.of("sh", "yes", "head", "cat", "seq", "sleep", "httpd")) {
        Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
      }
      Commands.run("sh", "-c", "tar -C " + root + " -c . | " + program + " import - " + IMAGE);
    } finally {
      Commands.run("rm", "-r", root.toString());
    }
  }

  /** Starts a container on the default network and returns its id. */
  String start(List<String> options, String... command) throws IOException {
    List<String> words = new ArrayList<>(List.of(program, "run", "-d", "--pull=never"));
    words.addAll(options);
    words.add(IMAGE);
    words.addAll(List.of(command));
    return Commands.run(words).strip();
  }

  void remove(String id) throws IOException {
    List<String> words = new ArrayList<>(List.of(program, "rm", "-f"));
    if (program.equals("podman")) {
      words.addAll(List.of("-t", "0")); // docker kills at once; podman would ask first, and wait
    }
    words.add(id);
    Commands.run(words);
  }

  /** One value of a container's description, by a template. */
  String inspect(String id, String template) throws IOException {
    return Commands.run(program, "inspect", "--format", template, id).strip();
  }
}
