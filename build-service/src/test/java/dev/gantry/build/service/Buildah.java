package dev.gantry.build.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's buildah with a store of its own, which goes with it. */
final class Buildah implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int PATIENCE_SECONDS = 120;

  private final Path directory;

  /**
   * With nothing in its store.
   *
   * @param directory exists, and is removed in the end
   */
  Buildah(Path directory) {
    if (!Files.isExecutable(Path.of("/usr/bin/buildah"))) {
      throw new IllegalStateException("these tests need the Debian package buildah");
    }
    this.directory = directory;
  }

  /** How a command ended, and what it said. */
  record Ended(int status, String said) {}

  /** An image of its store. */
  record Image(Path root, JsonNode config) {}

  /** Builds an image from a directory. */
  Ended build(Path context, String dockerfile, String tag, List<String> options)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("bud", "--isolation", "chroot"));
    Collections.addAll(arguments, "--layers=false", "--format", "docker", "--pull-never");
    Collections.addAll(arguments, "--identity-label=false", "--force-rm", "--quiet");
    Collections.addAll(arguments, "-t", tag, "-f", context.resolve(dockerfile).toString());
    arguments.addAll(options);
    arguments.add(context.toString());
    return run(arguments);
  }

  private Ended run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("buildah", "--storage-driver", "vfs"));
    Collections.addAll(command, "--root", directory.resolve("root").toString());
    Collections.addAll(command, "--runroot", directory.resolve("runroot").toString());
    command.addAll(arguments);
    Path log = directory.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(Path.of("/dev/null").toFile()).redirectOutput(log.toFile());
    builder.environment().put("TMPDIR", directory.toString());
    builder.environment().put("HOME", directory.toString());
    builder.environment().remove("SOURCE_DATE_EPOCH");
    Process process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      throw new IOException("buildah did not end: " + Files.readString(log));
    }
    return new Ended(process.exitValue(), Files.readString(log));
  }

  /** The root file system of an image, where the store has it unpacked, and its config. */
  Image image(String tag) throws IOException {
    Path images = directory.resolve("root/vfs-images");
    for (JsonNode image : JSON.readTree(images.resolve("images.json").toFile())) {
      for (JsonNode name : image.path("names")) {
        if (name.asText().equals("localhost/" + tag)) {
          String id = image.path("id").asText();
          byte[] key = ("sha256:" + id).getBytes(StandardCharsets.UTF_8);
          Path config = images.resolve(id).resolve("=" + Base64.getEncoder().encodeToString(key));
          Path root = directory.resolve("root/vfs/dir").resolve(image.path("layer").asText());
          return new Image(root, JSON.readTree(config.toFile()));
        }
      }
    }
    throw new IOException("buildah has no image " + tag);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      run(List.of("rm", "--all"));
    } finally {
      for (String line : Files.readAllLines(Path.of("/proc/self/mounts")).reversed()) {
        String mounted = line.split(" ")[1];
        if (mounted.startsWith(directory + "/")) {
          CorpusCase.command(directory, "umount", "-l", mounted);
        }
      }
      new ProcessBuilder("rm", "-rf", "--one-file-system", directory.toString()).start().waitFor();
    }
  }
}
