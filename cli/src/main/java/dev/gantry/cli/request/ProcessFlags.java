package dev.gantry.cli.request;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is executed in a container. */
final class ProcessFlags {
  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME[=VALUE]",
      description = "Set a variable; without a value, as it is set here.")
  private List<String> env = new ArrayList<>();

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "Set the variables of a file: one a line, # begins a comment.")
  private List<Path> envFiles = new ArrayList<>();

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER[:GROUP]",
      description = "User (name or id) of the process.")
  private @Nullable String user;

  @Option(
      names = "--group-add",
      paramLabel = "GROUP",
      description = "A further group (name or id) of the process.")
  private List<String> groups = new ArrayList<>();

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "PATH",
      description = "Working directory of the process.")
  private @Nullable String workdir;

  @Option(names = "--entrypoint", description = "Replaces the image's ENTRYPOINT and CMD.")
  private @Nullable String entrypoint;

  @Option(
      names = {"-t", "--tty"},
      description = "Give it a terminal.")
  private boolean tty;

  @Option(
      names = {"-i", "--interactive"},
      description = "Keep its standard input open.")
  private boolean stdin;

  @Option(
      names = "--ulimit",
      paramLabel = "NAME=SOFT[:HARD]",
      converter = Limit.class,
      description = "Limit each process: nofile=1024:2048; -1: unlimited.")
  private List<Ulimit> ulimits = new ArrayList<>();

  @Option(
      names = "--shm-size",
      paramLabel = "BYTES",
      description = "Size of /dev/shm (default: 64m).")
  private @Nullable String shmSize;

  @Option(
      names = "--oom-score-adj",
      paramLabel = "0-1000",
      description = "How much sooner than others it is killed when memory is short.")
  private @Nullable Integer oomScoreAdjust;

  boolean tty() {
    return tty;
  }

  boolean stdin() {
    return stdin;
  }

  void write(SpecWriter spec, Map<String, String> environment) throws IOException {
    if (entrypoint != null) {
      spec.texts("entrypoint", List.of(entrypoint));
    }
    spec.map("env", variables(environment));
    spec.text("workdir", workdir);
    spec.text("user", user);
    spec.texts("groups", groups);
    spec.flag("tty", tty);
    spec.flag("stdin", stdin);
  }

  void writeLimits(SpecWriter resources) {
    resources.integer("oomScoreAdjust", oomScoreAdjust);
    resources.inside("ulimits", all -> ulimits.forEach(limit -> limit.write(all)));
    resources.text("shmSize", shmSize);
  }

  private Map<String, String> variables(Map<String, String> environment) throws IOException {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Path file : envFiles) {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          put(variables, line.stripLeading(), environment);
        }
      }
    }
    env.forEach(pair -> put(variables, pair, environment));
    return variables;
  }

  /** A name without a value takes it from here, and is left out when it is not set here. */
  private static void put(
      Map<String, String> variables, String pair, Map<String, String> environment) {
    int equals = pair.indexOf('=');
    String name = equals < 0 ? pair : pair.substring(0, equals);
    String value = equals < 0 ? environment.get(name) : pair.substring(equals + 1);
    if (value != null) {
      variables.put(name, value);
    }
  }

  /** {@code nofile=1024:2048}. */
  record Ulimit(String name, long soft, long hard) {
    void write(SpecWriter all) {
      all.inside(
          name,
          limit -> {
            limit.integer("soft", soft);
            limit.integer("hard", hard);
          });
    }
  }

  /** Reads it. */
  static final class Limit implements ITypeConverter<Ulimit> {
    @Override
    public Ulimit convert(String text) {
      String[] parts = text.split("[=:]");
      try {
        if (parts.length == 2 || parts.length == 3) {
          return new Ulimit(
              parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[parts.length - 1]));
        }
      } catch (NumberFormatException e) {
        // As bad as too many parts.
      }
      throw new TypeConversionException("'" + text + "' is not NAME=SOFT[:HARD]");
    }
  }
}
