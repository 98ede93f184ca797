package dev.gantry.cli.copy;

import dev.gantry.cli.http.ApiException;
import dev.gantry.cli.platform.Gantry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies files into or out of containers, running or not. */
@Command(
    name = "cp",
    mixinStandardHelpOptions = true,
    description = {
      "Copy files between a container and this machine.",
      "RUN:PATH is in the container; - is a tar archive on standard input or output."
    })
public final class CpCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(
      names = {"-a", "--archive"},
      description = "Keep user and group ids; else root's.")
  private boolean archive;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "PATH, RUN:PATH or -.")
  private String source = "";

  @Parameters(index = "1", paramLabel = "TARGET", description = "PATH, RUN:PATH or -.")
  private String target = "";

  /** About this platform. */
  public CpCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<Place> from = Place.parse(source);
    Optional<Place> to = Place.parse(target);
    RunFiles files = new RunFiles(gantry.runs());
    if (from.isPresent() == to.isPresent()) {
      throw new ApiException(0, "one of the two must be RUN:PATH, and only one");
    }
    if (from.isPresent()) {
      copyOut(files, from.get());
    } else {
      copyIn(files, to.orElseThrow());
    }
    return 0;
  }

  private void copyOut(RunFiles files, Place from) throws IOException, InterruptedException {
    try (InputStream tar = files.read(from)) {
      if (target.equals("-")) {
        tar.transferTo(gantry.out());
        gantry.out().flush();
        return;
      }
      Path local = Path.of(target).toAbsolutePath();
      boolean contents = from.path().endsWith("/.");
      if (Files.isDirectory(local)) {
        LocalFiles.unpack(tar, local, contents ? from.contents() : LocalFiles.AS_IT_IS);
        return;
      }
      Path folder = local.getParent();
      if (target.endsWith("/") || folder == null || !Files.isDirectory(folder)) {
        throw new ApiException(0, target + ": there is no such directory");
      }
      LocalFiles.unpack(tar, folder, local.getFileName().toString());
    }
  }

  private void copyIn(RunFiles files, Place to) throws IOException, InterruptedException {
    if (source.equals("-")) {
      files.write(to, System.in::transferTo);
      return;
    }
    Path local = Path.of(source).toAbsolutePath();
    if (!Files.exists(local, LinkOption.NOFOLLOW_LINKS)) {
      throw new ApiException(0, source + ": there is no such file");
    }
    boolean contents = source.endsWith("/.") || source.equals(".");
    Path tree = local.normalize();
    if (files.isDirectory(to)) {
      String name = contents ? "" : tree.getFileName().toString();
      files.write(to, out -> LocalFiles.pack(tree, name, archive, out));
    } else if (to.path().endsWith("/")) {
      throw new ApiException(0, target + ": there is no such directory");
    } else {
      files.write(to.parent(), out -> LocalFiles.pack(tree, to.name(), archive, out));
    }
  }
}
