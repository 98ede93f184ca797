package dev.gantry.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** A copy of the example, so that the demo changes no file of the checkout. */
record DemoContext(Path directory) implements AutoCloseable {
  private static final String MESSAGE = "message.txt";

  static DemoContext copyOf(Path example) throws IOException {
    Path copy = Files.createTempDirectory("gantry-demo");
    Files.walkFileTree(
        example,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(copy.resolve(example.relativize(path).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                path,
                copy.resolve(example.relativize(path).toString()),
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
    return new DemoContext(copy);
  }

  /** Changes the one line of the message. */
  void change() throws IOException {
    Files.writeString(
        directory.resolve(MESSAGE), "The second version: one source line was changed.\n");
  }

  @Override
  public void close() throws IOException {
    try (var tree = Files.walk(directory)) {
      List<Path> paths = tree.toList();
      for (Path path : paths.reversed()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
