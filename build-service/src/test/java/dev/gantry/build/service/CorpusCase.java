package dev.gantry.build.service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A case of the corpus: a directory that is the context. Beside what belongs to it there may be
 * {@code case.properties}, {@code prepare.sh}, which makes what a repository cannot hold, {@code
 * Dockerfile.base}, built first as {@code CASE-base:1}, and {@code expected.txt}.
 */
record CorpusCase(String name, Path source, Properties properties) {
  private static final Path CORPUS = Path.of("src/test/resources/corpus");
  private static final List<String> OURS =
      List.of("case.properties", "prepare.sh", "Dockerfile.base", "expected.txt");

  static List<CorpusCase> all() throws IOException {
    try (Stream<Path> directories = Files.list(CORPUS)) {
      List<CorpusCase> cases = new ArrayList<>();
      for (Path directory : directories.filter(Files::isDirectory).sorted().toList()) {
        cases.add(read(directory));
      }
      return cases;
    }
  }

  private static CorpusCase read(Path directory) throws IOException {
    Properties properties = new Properties();
    Path file = directory.resolve("case.properties");
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        properties.load(in);
      }
    }
    return new CorpusCase(directory.getFileName().toString(), directory, properties);
  }

  @Override
  public String toString() {
    return name;
  }

  Optional<String> property(String key) {
    return Optional.ofNullable(properties.getProperty(key));
  }

  /** Build arguments, each {@code NAME=value}. */
  List<String> arguments() {
    return properties.stringPropertyNames().stream()
        .filter(key -> key.startsWith("arg."))
        .sorted()
        .map(key -> key.substring("arg.".length()) + "=" + properties.getProperty(key))
        .toList();
  }

  /** Why the peer is not asked, where it is not. */
  Optional<String> withoutPeer() throws IOException {
    Optional<String> expected = expected();
    return expected.isPresent() ? expected.get().lines().findFirst() : property("without-peer");
  }

  /** What comes out where the peer is no measure; the first line says why it is none. */
  Optional<String> expected() throws IOException {
    Path file = source.resolve("expected.txt");
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  /** The Dockerfile of an image to be built before. */
  Optional<String> base() throws IOException {
    Path file = source.resolve("Dockerfile.base");
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  /** Makes the context: the same modes and times wherever and whenever it is made. */
  Path context(Path scratch) throws IOException, InterruptedException {
    Path context = scratch.resolve(name);
    command(scratch, "cp", "-a", source.toAbsolutePath().toString(), context.toString());
    for (String ours : OURS) {
      Files.deleteIfExists(context.resolve(ours));
    }
    command(context, "chown", "-R", "0:0", ".");
    command(context, "chmod", "-R", "u=rwX,go=rX", ".");
    Path script = source.resolve("prepare.sh");
    if (Files.exists(script)) {
      command(context, "sh", "-eu", script.toAbsolutePath().toString());
    }
    command(context, "find", ".", "-exec", "touch", "-h", "-d", "@1000000000", "{}", "+");
    return context;
  }

  /** Runs a command, which must succeed; what it says. */
  static String command(Path directory, String... command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }
}
