package dev.gantry.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small project of two stages and twenty steps, in a directory of its own, whose last COPY takes
 * a file that changes.
 */
record BuildProject(Path directory) implements AutoCloseable {
  private static final String DOCKERFILE =
      """
      FROM %1$s AS build
      WORKDIR /src
      ENV MODE=release
      COPY packages.txt ./
      RUN sort packages.txt > sorted.txt
      COPY lib/ lib/
      RUN cat lib/* > lib.txt
      COPY src/ src/
      RUN cat sorted.txt lib.txt src/* > app.txt
      RUN sha256sum app.txt > app.sum
      FROM %1$s
      LABEL kind=benchmark
      RUN mkdir -p /app/data
      WORKDIR /app
      COPY --from=build /src/app.txt ./
      COPY --from=build /src/app.sum ./
      ENV PORT=8080
      EXPOSE 8080
      COPY page.html ./
      CMD ["httpd", "-f", "-p", "8080"]
      """;
  private static final int FILES = 20;

  /** Makes it; all content is made up. */
  static BuildProject make() throws IOException {
    Path directory = Files.createTempDirectory("gantry-bench-build");
    for (String folder : List.of("lib", "src")) {
      Files.createDirectory(directory.resolve(folder));
      for (int i = 0; i < FILES; i++) {
        String text = (folder + " " + i + "\n").repeat(100);
        Files.writeString(directory.resolve(folder).resolve(i + ".txt"), text);
      }
    }
    Files.writeString(directory.resolve("packages.txt"), "c\nb\na\n");
    BuildProject project = new BuildProject(directory);
    project.change("first");
    return project;
  }

  /** Lets it be built on an image. */
  void base(String image) throws IOException {
    Files.writeString(directory.resolve("Dockerfile"), DOCKERFILE.formatted(image));
  }

  /** Changes the file of the last COPY. */
  void change(String text) throws IOException {
    Files.writeString(directory.resolve("page.html"), "<p>" + text + "\n");
  }

  /** All files as an archive. */
  byte[] archive() throws IOException {
    Path archive = Files.createTempFile("gantry-bench", ".tar");
    try {
      Commands.run("tar", "-C", directory.toString(), "-cf", archive.toString(), ".");
      return Files.readAllBytes(archive);
    } finally {
      Files.delete(archive);
    }
  }

  @Override
  public void close() throws IOException {
    Commands.run("rm", "-r", directory.toString());
  }
}
