package dev.gantry.cli.build;

import dev.gantry.cli.copy.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --output}: where results go beside the platform's registry, which always has them. */
final class OutputFlags {
  private static final String STDOUT = "-";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "type=TYPE,dest=PATH",
      description = {
        "local: the files into a directory; tar, oci, docker: an archive;",
        "image, registry: push to name=NAME. A path alone is local, - is tar."
      })
  private List<String> outputs = new ArrayList<>();

  @Option(
      names = "--push",
      description = "Accepted as docker does; images are always pushed to the platform's registry.")
  private boolean push;

  @Option(names = "--load", description = "Accepted as docker does; see --push.")
  private boolean load;

  @Option(
      names = "--iidfile",
      paramLabel = "FILE",
      description = "Write the image's digest to this file.")
  private String digestFile = "";

  @Option(
      names = "--metadata-file",
      paramLabel = "FILE",
      description = "Write the build with its steps, as JSON, to this file.")
  private String metadataFile = "";

  /** What is to be done, and where. */
  private record Output(Kind kind, String destination) {}

  private enum Kind {
    LOCAL,
    TAR,
    OCI,
    DOCKER,
    IMAGE
  }

  private List<Output> parsed() {
    return outputs.stream().map(OutputFlags::parse).toList();
  }

  private static Output parse(String text) {
    if (!text.contains("=")) {
      return new Output(text.equals(STDOUT) ? Kind.TAR : Kind.LOCAL, text);
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (String part : text.split(",")) {
      int equals = part.indexOf('=');
      options.put(
          equals < 0 ? part : part.substring(0, equals),
          equals < 0 ? "true" : part.substring(equals + 1));
    }
    Kind kind = kind(text, options.getOrDefault("type", ""));
    String destination =
        options.getOrDefault(
            kind == Kind.IMAGE ? "name" : "dest", kind == Kind.IMAGE ? "" : STDOUT);
    if (kind == Kind.LOCAL && destination.equals(STDOUT)) {
      throw new TypeConversionException("'" + text + "' has no dest");
    }
    return new Output(kind, destination);
  }

  private static Kind kind(String text, String type) {
    if (type.equals("registry")) {
      return Kind.IMAGE;
    }
    try {
      return Kind.valueOf(type.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'" + text + "': type is local, tar, oci, docker, image or registry");
    }
  }

  /** Names that outputs give the image. */
  List<String> names() {
    return parsed().stream()
        .filter(output -> output.kind() == Kind.IMAGE && !output.destination().isEmpty())
        .flatMap(output -> List.of(output.destination().split(" ")).stream())
        .toList();
  }

  /** Whether standard output is taken by an archive. */
  boolean takeStdout() {
    return parsed().stream().anyMatch(output -> output.destination().equals(STDOUT));
  }

  /** Brings the results of a build where they shall be. */
  void write(Builds builds, String id, String digest, String document, PrintStream out)
      throws IOException, InterruptedException {
    for (Output output : parsed()) {
      String format = output.kind().name().toLowerCase(Locale.ROOT);
      switch (output.kind()) {
        case IMAGE -> {} // The service has pushed it.
        case LOCAL -> unpack(builds, id, Path.of(output.destination()));
        case TAR, OCI, DOCKER -> {
          try (InputStream in = builds.image(id, format)) {
            save(in, output.destination(), out);
          }
        }
      }
    }
    if (!digestFile.isEmpty()) {
      Files.writeString(Path.of(digestFile), digest);
    }
    if (!metadataFile.isEmpty()) {
      Files.writeString(Path.of(metadataFile), document + "\n");
    }
  }

  private static void unpack(Builds builds, String id, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    try (InputStream in = builds.image(id, "tar")) {
      LocalFiles.unpack(in, directory, LocalFiles.AS_IT_IS);
    }
  }

  private static void save(InputStream in, String destination, PrintStream out) throws IOException {
    if (destination.equals(STDOUT)) {
      in.transferTo(out);
      out.flush();
      return;
    }
    Path file = Path.of(destination).toAbsolutePath();
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream to = Files.newOutputStream(part)) {
      in.transferTo(to);
    }
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
