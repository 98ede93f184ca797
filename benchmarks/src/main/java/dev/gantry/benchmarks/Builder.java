package dev.gantry.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another builder of Dockerfiles, measured in the same run as its command. */
enum Builder {
  BUILDAH(
      "buildah",
      List.of("buildah", "bud", "--layers", "--isolation", "chroot", "--pull-never"),
      List.of("buildah", "info")),
  DOCKER(
      "docker",
      List.of("env", "DOCKER_BUILDKIT=0", "docker", "build"),
      List.of("docker", "info", "--format", "{{.ServerVersion}}")),
  BUILDKIT(
      "buildkit",
      List.of("env", "DOCKER_BUILDKIT=1", "docker", "build"),
      List.of("docker", "buildx", "inspect"));

  /** The image that they build on. */
  static final String BASE = "gantry-bench-base";

  private static final int REASON_CHARACTERS_MAX = 200;

  private final String label;
  private final List<String> build;
  private final List<String> ask;

  Builder(String label, List<String> build, List<String> ask) {
    this.label = label;
    this.build = build;
    this.ask = ask;
  }

  /** What reports and options call it. */
  String label() {
    return label;
  }

  /** Why it cannot be measured here, or an empty text. */
  String unavailable() {
    try {
      Commands.run(ask);
      return "";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      return message.length() > REASON_CHARACTERS_MAX
          ? message.substring(0, REASON_CHARACTERS_MAX) + "…"
          : message;
    }
  }

  /** Makes the image below from the host's static busybox. */
  void prepare() throws IOException {
    Path root = Files.createTempDirectory("gantry-bench");
    try {
      Files.createDirectories(root.resolve("bin"));
      Files.createDirectories(root.resolve("tmp"));
      Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
      for (String applet : List.of("sh", "sort", "cat", "sha256sum", "mkdir", "httpd")) {
        Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
      }
      String archive = "tar -C " + root + " -c .";
      if (this == BUILDAH) {
        String container = Commands.run("buildah", "from", "scratch").strip();
        Commands.run("buildah", "add", "-q", container, root.toString(), "/");
        Commands.run("buildah", "commit", "-q", "--rm", container, BASE);
      } else {
        Commands.run("sh", "-c", archive + " | docker import - " + BASE);
      }
    } finally {
      Commands.run("rm", "-r", root.toString());
    }
  }

  /** Builds a project; how long its command took, in milliseconds. */
  double buildMillis(BuildProject project, boolean cache) throws IOException {
    List<String> words = new ArrayList<>(build);
    words.addAll(List.of("-q", "-t", "gantry-bench-app"));
    if (!cache) {
      words.add("--no-cache");
    }
    words.add(project.directory().toString());
    long begun = System.nanoTime();
    Commands.run(words);
    return (System.nanoTime() - begun) / 1e6;
  }
}
