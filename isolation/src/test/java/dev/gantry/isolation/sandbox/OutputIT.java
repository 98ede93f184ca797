package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of what a sandbox writes to its standard output and error. */
class OutputIT {
  private static SandboxFixture sandboxes;

  @BeforeAll
  static void open() throws Exception {
    sandboxes = SandboxFixture.open();
  }

  @AfterAll
  static void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void anyBytesComeOutAsTheyWentIn() throws Exception {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);

    assertThat(logged(bytes)).isEqualTo(bytes);
  }

  @Test
  void aLineLongerThanAnEntryComesOutWhole() throws Exception {
    byte[] bytes = ("x".repeat(100_000) + "\nshort\n" + "y".repeat(16 << 10) + "\n").getBytes();

    assertThat(logged(bytes)).isEqualTo(bytes);
  }

  @Test
  void aLastLineWithoutItsEndComesOutWithoutOne() throws Exception {
    assertThat(logged("a\nb".getBytes())).isEqualTo("a\nb".getBytes());
  }

  @Test
  void outputAndErrorAreToldApart() throws Exception {
    SandboxFixture.Result result = sandboxes.run(sandboxes.shell("echo out; echo err >&2"));

    assertThat(List.of(result.stdout(), result.stderr())).containsExactly("out\n", "err\n");
  }

  @Test
  void anEntryHasItsTimeAndStream() throws Exception {
    SandboxSpec spec = sandboxes.shell("echo hello");

    sandboxes.run(spec);

    assertThat(Files.readString(spec.directory().resolve("log/log")))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z stdout F hello\n");
  }

  @Test
  void theLogNeverTakesMoreThanItsPolicyAllows() throws Exception {
    LogPolicy policy = new LogPolicy(128 << 10, 3);
    SandboxSpec spec = SandboxFixture.with(sandboxes.shell("seq 200000"), policy);

    sandboxes.run(spec);

    assertThat(size(spec.directory().resolve("log"))).isBetween(250_000L, 3L * (128 << 10));
  }

  @Test
  void theLatestOutputIsKept() throws Exception {
    LogPolicy policy = new LogPolicy(64 << 10, 2);
    SandboxSpec spec = SandboxFixture.with(sandboxes.shell("seq 50000"), policy);

    SandboxFixture.Result result = sandboxes.run(spec);

    assertThat(result.stdout()).endsWith("\n49999\n50000\n");
  }

  @Test
  void aLogThatCannotBeWrittenStopsNobody() throws Exception {
    SandboxSpec spec = sandboxes.shell("sleep 0.5; seq 200000; exit 3");
    Sandbox sandbox = sandboxes.host.launch(spec);
    Path log = spec.directory().resolve("log");
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(log);
    Files.createFile(log); // a file in the way of the directory: nothing can be made anew

    assertThat(sandbox.exit().get(60, TimeUnit.SECONDS).code()).isEqualTo(3);
  }

  private static byte[] logged(byte[] bytes) throws Exception {
    Path layer = Files.createTempDirectory(sandboxes.directory, "output");
    Files.write(layer.resolve("data"), bytes);
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.spec("cat", "/data"), SandboxSpec.Root.of(List.of(sandboxes.layer, layer)));
    Files.setPosixFilePermissions(
        layer, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    sandboxes.run(spec);
    return SandboxFixture.outputBytes(spec, "stdout");
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
