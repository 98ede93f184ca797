package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.CgroupHierarchy;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.linux.file.DirFd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A host for sandboxes of one test; closing it removes whatever the test made. */
final class SandboxFixture implements AutoCloseable {
  static final List<String> ENV = List.of("PATH=/bin");

  final Path directory;
  final Path layer;
  final String cgroupParent;
  SandboxHost host;
  private final List<Path> made = new ArrayList<>();

  private SandboxFixture(Path directory, Path layer, String cgroupParent) throws IOException {
    this.directory = directory;
    this.layer = layer;
    this.cgroupParent = cgroupParent;
    this.host = SandboxHost.open(config());
  }

  static SandboxFixture open() throws Exception {
    Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "gantry-sandbox-it");
    Path layer = BusyboxLayer.create(directory.resolve("layer"));
    return new SandboxFixture(directory, layer, directory.getFileName().toString());
  }

  private HostConfig config() {
    return new HostConfig(directory.resolve("state"), cgroupParent, "it", 400_000_000);
  }

  /** As after a crash and a new start of the service: what was known in memory is forgotten. */
  void restartHost() throws IOException {
    host.close();
    host = SandboxHost.open(config());
  }

  SandboxSpec spec(String... argv) {
    String id = "s" + made.size();
    Path sandbox = directory.resolve("state").resolve(id);
    made.add(sandbox);
    return new SandboxSpec(
        id,
        sandbox,
        SandboxSpec.Root.of(List.of(layer)),
        SandboxSpec.Process.of(List.of(argv), ENV, "box"),
        CgroupLimits.NONE,
        new SandboxSpec.Network.None(),
        LogPolicy.DEFAULT);
  }

  /** The specification with another process. */
  static SandboxSpec with(SandboxSpec spec, UnaryOperator<ProcessDraft> change) {
    return new SandboxSpec(
        spec.id(),
        spec.directory(),
        spec.root(),
        change.apply(spec.process().redraft()).build(),
        spec.limits(),
        spec.network(),
        spec.log());
  }

  static SandboxSpec with(SandboxSpec spec, SandboxSpec.Root root) {
    return new SandboxSpec(
        spec.id(),
        spec.directory(),
        root,
        spec.process(),
        spec.limits(),
        spec.network(),
        spec.log());
  }

  static SandboxSpec with(SandboxSpec spec, CgroupLimits limits) {
    return new SandboxSpec(
        spec.id(),
        spec.directory(),
        spec.root(),
        spec.process(),
        limits,
        spec.network(),
        spec.log());
  }

  static SandboxSpec with(SandboxSpec spec, LogPolicy log) {
    return new SandboxSpec(
        spec.id(),
        spec.directory(),
        spec.root(),
        spec.process(),
        spec.limits(),
        spec.network(),
        log);
  }

  static SandboxSpec with(SandboxSpec spec, SandboxSpec.Network network) {
    return new SandboxSpec(
        spec.id(),
        spec.directory(),
        spec.root(),
        spec.process(),
        spec.limits(),
        network,
        spec.log());
  }

  SandboxSpec shell(String script) {
    return spec("sh", "-c", script);
  }

  /** Runs to the end; the exit, with what was written to standard output. */
  Result run(SandboxSpec spec) throws Exception {
    Sandbox sandbox = host.launch(spec);
    ExitRecord exit = sandbox.exit().get(60, TimeUnit.SECONDS);
    return new Result(sandbox, exit, output(spec, "stdout"), output(spec, "stderr"));
  }

  String runShell(String script) throws Exception {
    Result result = run(shell(script));
    return (result.stdout() + result.stderr()).strip();
  }

  record Result(Sandbox sandbox, ExitRecord exit, String stdout, String stderr) {}

  static String output(SandboxSpec spec, String stream) throws IOException {
    return new String(outputBytes(spec, stream), StandardCharsets.UTF_8);
  }

  /** Puts the log's entries together again: independent of the reader under test elsewhere. */
  static byte[] outputBytes(SandboxSpec spec, String stream) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Path log = spec.directory().resolve("log");
    for (int i = spec.log().files(); i >= 0; i--) {
      Path file = log.resolve(i == 0 ? "log" : "log." + i);
      if (Files.exists(file)) {
        entries(Files.readAllBytes(file), stream, out);
      }
    }
    return out.toByteArray();
  }

  private static void entries(byte[] log, String stream, ByteArrayOutputStream out) {
    int start = 0;
    for (int i = 0; i < log.length; i++) {
      if (log[i] == '\n') {
        entry(log, start, i, stream, out);
        start = i + 1;
      }
    }
  }

  private static void entry(
      byte[] log, int start, int end, String stream, ByteArrayOutputStream out) {
    String head = new String(log, start, Math.min(60, end - start), StandardCharsets.ISO_8859_1);
    String[] words = head.split(" ", 4);
    int header = words[0].length() + words[1].length() + words[2].length() + 3;
    if (words[1].equals(stream)) {
      out.write(log, start + header, end - start - header);
      if (words[2].equals("F")) {
        out.write('\n');
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Path sandbox : made) {
      host.discard(sandbox.getFileName().toString(), sandbox);
    }
    host.close();
    CgroupHierarchy.detect(cgroupParent).removeParent();
    try (DirFd root = DirFd.open(directory.getParent())) {
      root.deleteTree(directory.getFileName().toString());
    }
  }
}
