package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mounts that outlive their sandboxes by a moment. */
class MountHoldsIT {
  private static final long SECONDS_MAX = 60;

  private SandboxFixture sandboxes;

  @BeforeEach
  void open() throws Exception {
    sandboxes = SandboxFixture.open();
  }

  @AfterEach
  void close() throws Exception {
    sandboxes.close();
  }

  @Test
  void theMountsOfASandboxAreHeldWhileItLives() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));
    Path namespace = namespace(sandbox);

    sandbox.keepMounts();

    assertThat(held()).contains(namespace);
  }

  @Test
  void theMountsOfASandboxThatHasEndedAreLetGo() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("sleep", "1000"));
    Path namespace = namespace(sandbox);
    sandbox.keepMounts();

    end(sandbox);

    awaitLetGo(namespace);
  }

  @Test
  void aSandboxThatHasEndedHasNoMountsToHold() throws Exception {
    Sandbox sandbox = sandboxes.host.launch(sandboxes.spec("true"));
    sandbox.exit().get(SECONDS_MAX, TimeUnit.SECONDS);
    List<Path> before = held();

    sandbox.keepMounts();

    assertThat(held()).isEqualTo(before);
  }

  @Test
  void aSandboxThatIsLaunchedAnewDoesNotShareItsFilesWithItsMountsBefore() throws Exception {
    SandboxSpec spec = sandboxes.spec("sleep", "1000");
    Sandbox sandbox = sandboxes.host.launch(spec);
    Path namespace = namespace(sandbox);
    sandbox.keepMounts();
    end(sandbox);

    sandboxes.host.relaunch(spec);

    assertThat(held()).doesNotContain(namespace);
  }

  @Test
  void aSandboxWhoseMountsAreHeldCanBeDestroyed() throws Exception {
    SandboxSpec spec = sandboxes.shell("echo x > /file; sleep 1000");
    Sandbox sandbox = sandboxes.host.launch(spec);
    Path namespace = namespace(sandbox);
    sandbox.keepMounts();

    sandbox.destroy();

    assertThat(spec.directory()).doesNotExist();
    awaitLetGo(namespace);
  }

  private static void end(Sandbox sandbox) throws Exception {
    sandbox.kill();
    sandbox.exit().get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static Path namespace(Sandbox sandbox) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", Long.toString(sandbox.pid()), "ns", "mnt"));
  }

  private static void awaitLetGo(Path namespace) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (held().contains(namespace)) {
      assertThat(System.nanoTime() - deadline).as("time over").isNegative();
      Thread.sleep(20);
    }
  }

  /** The mount namespaces that this process has open. */
  private static List<Path> held() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(MountHoldsIT::target)
          .filter(target -> target.toString().startsWith("mnt:"))
          .toList();
    }
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return Path.of("closed"); // meanwhile
    }
  }
}
