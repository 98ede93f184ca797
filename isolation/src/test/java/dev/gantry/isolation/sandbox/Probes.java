package dev.gantry.isolation.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The program of the probes (src/test/c), in a layer of an image, and what it reports.
 *
 * @param program on this machine
 */
record Probes(Path program) {
  /** A line of the report: {@code stopped}, {@code ESCAPED}, {@code works}…, and what was found. */
  record Finding(String result, List<String> details) {}

  /** Unpacks it: the classes may be in a jar, as they are in the guests of other kernels. */
  static Probes load() throws IOException {
    try (InputStream packed = Probes.class.getResourceAsStream("/native/gantry-probes")) {
      if (packed == null) {
        throw new IllegalStateException("the build of the tests makes native/gantry-probes");
      }
      Path program =
          Files.createTempFile(
              "gantry-probes",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      program.toFile().deleteOnExit();
      Files.write(program, packed.readAllBytes());
      return new Probes(program);
    }
  }

  /** Puts the program into a layer as {@code /bin/gantry-probes}. */
  void install(Path layer) throws IOException {
    Files.copy(program, Files.createDirectories(layer.resolve("bin")).resolve("gantry-probes"));
  }

  /** Runs them here, outside of any sandbox. */
  Map<String, Finding> outside(Map<String, String> targets, String... names)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "outside"));
    command.addAll(Arrays.asList(names));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(targets);
    Process process = builder.start();
    process.getOutputStream().close();
    String report = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return findings(report);
  }

  /** A process that is there to be attacked, until it is destroyed; returns when it stands. */
  Process stand(String socket) throws IOException {
    Process process = new ProcessBuilder(program.toString(), "stand", socket).start();
    if (process.inputReader().readLine() == null) {
      throw new IOException("the process that is to be attacked does not stand");
    }
    return process;
  }

  /** What a report says, by the probes' names. */
  static Map<String, Finding> findings(String report) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    for (String line : report.lines().toList()) {
      String[] parts = line.split("\t");
      if (parts.length < 2) {
        throw new IllegalStateException("not a line of a report: " + line);
      }
      findings.put(parts[1], new Finding(parts[0], List.of(parts).subList(2, parts.length)));
    }
    return findings;
  }
}
