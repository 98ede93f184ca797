package dev.gantry.cli.image;

import dev.gantry.cli.platform.Gantry;
import dev.gantry.oci.image.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a base image from a file system. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Make an image of one layer from a root file system and push it.",
      "gantry import ROOTFS.tar[.gz] NAME[:TAG]",
      "gantry import --busybox NAME[:TAG]"
    })
public final class ImportCommand implements Callable<Integer> {
  private final Gantry gantry;

  @Option(names = "--busybox", description = "From this host's static busybox (busybox-static).")
  private boolean busybox;

  @Option(names = "--cmd", paramLabel = "WORD", description = "A word of CMD (default: sh).")
  private List<String> cmd = new ArrayList<>();

  @Option(names = "--env", paramLabel = "NAME=VALUE", description = "A variable of the image.")
  private List<String> env = new ArrayList<>();

  @Option(
      names = "--entrypoint",
      paramLabel = "WORD",
      description = "A word of ENTRYPOINT; CMD then has no default.")
  private List<String> entrypoint = new ArrayList<>();

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME=VALUE",
      description = "A label of the image.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH[/VARIANT]",
      description = "What it runs on (default: linux/amd64).")
  private String platform = "linux/amd64";

  @Parameters(arity = "1..2", paramLabel = "[ROOTFS] NAME", description = "Source and name.")
  private List<String> arguments = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  /** About this platform. */
  public ImportCommand(Gantry gantry) {
    this.gantry = gantry;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (arguments.size() != (busybox ? 1 : 2)) {
      throw new ParameterException(
          spec.commandLine(), busybox ? "--busybox takes a name only" : "ROOTFS and NAME, please");
    }
    BaseImage image =
        new BaseImage(
            gantry.images().base(),
            cmd.isEmpty() && entrypoint.isEmpty() ? List.of("sh") : cmd,
            env,
            new BaseImage.Details(entrypoint, labels, platform()));
    String name = arguments.getLast();
    String digest =
        busybox ? image.busybox(name) : image.rootfs(Path.of(arguments.getFirst()), name);
    gantry.out().println(name + " is " + digest);
    return 0;
  }

  private Platform platform() {
    try {
      return Platform.parse(platform);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
