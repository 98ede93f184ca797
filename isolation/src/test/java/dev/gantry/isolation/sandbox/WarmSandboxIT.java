package dev.gantry.isolation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.isolation.cgroup.CgroupHierarchy;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.identity.IdRange;
import dev.gantry.isolation.network.BridgeNetwork;
import dev.gantry.isolation.network.NetworkAttachment;
import dev.gantry.isolation.network.Resolution;
import dev.gantry.isolation.network.Subnet;
import dev.gantry.linux.process.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sandboxes that stand ready before anybody asks for them. */
class WarmSandboxIT {
  private static final long SECONDS_MAX = 60;
  private static final Subnet SUBNET = Subnet.parse("10.219.79.0/24");
  private static final String BRIDGE = "gtwarmit" + ProcessHandle.current().pid() % 10_000;
  private static final String INSTANCE = "warm-it";

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
  void aSandboxIsMadeOfOneThatStandsReady() throws Exception {
    keepWarm(1);
    Path waiting = waiting().getFirst();
    ProcessId shim = new SandboxFiles(waiting).shim().orElseThrow();
    SandboxSpec spec = sandboxes.spec("sleep", "1000");

    sandboxes.host.launch(spec);

    assertThat(new SandboxFiles(spec.directory()).shim()).contains(shim);
  }

  @Test
  void itDoesWhatItIsAskedTo() throws Exception {
    keepWarm(1);

    assertThat(sandboxes.runShell("hostname; id -u; cat /proc/1/comm; echo x > /dev/null"))
        .isEqualTo("box\n0\nsh");
  }

  @Test
  void itHasTheLimitsItIsAskedToHave() throws Exception {
    keepWarm(1);
    SandboxSpec spec =
        SandboxFixture.with(
            sandboxes.spec("sleep", "1000"), CgroupLimits.builder().pids(77).build());

    sandboxes.host.launch(spec);

    String owner = new SandboxFiles(spec.directory()).owner().orElseThrow();
    Path group =
        CgroupHierarchy.detect(sandboxes.cgroupParent)
            .find(owner)
            .orElseThrow()
            .directories()
            .stream()
            .filter(directory -> Files.exists(directory.resolve("pids.max")))
            .findFirst()
            .orElseThrow();
    assertThat(group.resolve("pids.max")).hasContent("77\n");
  }

  @Test
  void whatIsTakenIsMadeAnew() throws Exception {
    keepWarm(2);

    sandboxes.run(sandboxes.spec("true"));

    await(() -> sandboxes.host.warm() == 2);
    assertThat(waiting()).hasSize(2);
  }

  @Test
  void neverMoreThanThePolicySaysStandReady() throws Exception {
    keepWarm(3);

    for (int i = 0; i < 10; i++) {
      sandboxes.run(sandboxes.spec("true"));
      assertThat(waiting()).hasSizeLessThanOrEqualTo(3);
    }
  }

  @Test
  void moreStartsThanStandReadyGoTheOtherWay() throws Exception {
    keepWarm(1);

    for (int i = 0; i < 8; i++) {
      assertThat(sandboxes.run(sandboxes.shell("exit 3")).exit().code()).isEqualTo(3);
    }
  }

  @Test
  void oneThatWasKilledWhileItWaitedIsReplaced() throws Exception {
    keepWarm(1);
    Path first = waiting().getFirst();

    new SandboxFiles(first).shim().orElseThrow().signal(9);

    await(() -> !Files.exists(first) && sandboxes.host.warm() == 1);
    assertThat(groups()).hasSize(1);
  }

  @Test
  void oneThatIsKilledWhenItIsTakenCostsNobodyHisStart() throws Exception {
    SandboxSpec spec = sandboxes.shell("exit 4");
    keepWarm(1);
    ProcessId shim = new SandboxFiles(waiting().getFirst()).shim().orElseThrow();

    shim.signal(19); // stopped, so that nobody notices before the start does
    Thread killer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    await(() -> Files.exists(spec.directory().resolve("spec")));
                    shim.signal(9);
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                });
    ExitRecord exit = sandboxes.run(spec).exit();
    killer.join();

    assertThat(exit.code()).isEqualTo(4);
  }

  @Test
  void aFailedStartLeavesNoControlGroup() throws Exception {
    keepWarm(1);
    SandboxSpec spec = SandboxFixture.with(sandboxes.spec("true"), process -> process.user("who"));

    assertThatThrownBy(() -> sandboxes.host.launch(spec))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("user");

    sandboxes.host.keepWarm(WarmPolicy.NONE);
    assertThat(groups()).isEmpty();
  }

  @Test
  void oneThatDoesNotFitIsLeftAlone() throws Exception {
    BridgeNetwork network = BridgeNetwork.ensure(BRIDGE, SUBNET);
    try {
      sandboxes.host.keepWarm(linked(1));
      await(() -> sandboxes.host.warm() == 1);
      Path waiting = waiting().getFirst();

      sandboxes.run(sandboxes.spec("true"));

      assertThat(waiting).exists();
    } finally {
      sandboxes.host.keepWarm(WarmPolicy.NONE);
      network.delete();
    }
  }

  @Test
  void itsInterfaceGetsTheAddressOfTheRequest() throws Exception {
    BridgeNetwork network = BridgeNetwork.ensure(BRIDGE, SUBNET);
    try {
      sandboxes.host.keepWarm(linked(1));
      await(() -> sandboxes.host.warm() == 1);
      NetworkAttachment attachment = network.attachment(INSTANCE, "somebody", SUBNET.address(9));
      SandboxSpec spec =
          SandboxFixture.with(
              sandboxes.shell("ip -4 addr show eth0; ip route; cat /sys/class/net/eth0/address"),
              new SandboxSpec.Network.Bridged(List.of(attachment), Resolution.NONE));

      assertThat(sandboxes.run(spec).stdout())
          .contains("inet 10.219.79.9/24")
          .contains("default via 10.219.79.1 dev eth0")
          .contains(attachment.mac().text());
    } finally {
      sandboxes.host.keepWarm(WarmPolicy.NONE);
      network.delete();
    }
  }

  @Test
  void whenTheHostIsClosedNothingStandsReady() throws Exception {
    keepWarm(3);
    List<ProcessId> shims = shims();

    sandboxes.host.keepWarm(WarmPolicy.NONE);

    assertThat(shims).noneMatch(ProcessId::alive);
    assertThat(waiting()).isEmpty();
    assertThat(groups()).isEmpty();
  }

  @Test
  void destroyingASandboxThatStoodReadyLeavesNothing() throws Exception {
    keepWarm(1);
    SandboxSpec spec = sandboxes.spec("sleep", "1000");
    Sandbox sandbox = sandboxes.host.launch(spec);
    sandboxes.host.keepWarm(WarmPolicy.NONE);

    sandbox.destroy();

    assertThat(sandbox.directory()).doesNotExist();
    assertThat(groups()).isEmpty();
    assertThat(ranges()).isEmpty();
  }

  @Test
  void aCrashWhileOneWaitsLeavesNothing() throws Exception {
    WarmSandbox warm = sandboxes.host.maker.with(WarmPolicy.NONE).make();

    crash(warm);

    assertThat(waiting()).isEmpty();
    assertThat(groups()).isEmpty();
    assertThat(ranges()).isEmpty();
  }

  @Test
  void aCrashAfterItBelongsToASandboxLeavesNothingToAdopt() throws Exception {
    WarmSandbox warm = sandboxes.host.maker.with(WarmPolicy.NONE).make();
    SandboxSpec spec = sandboxes.spec("sleep", "1000");
    warm.moveTo(spec.directory());

    crash(warm);

    assertThat(sandboxes.host.adopt(spec.directory())).isEmpty();
    sandboxes.host.discard(spec.id(), spec.directory());
    assertThat(groups()).isEmpty();
    assertThat(ranges()).isEmpty();
  }

  @Test
  void aCrashAfterItsSpecificationWasWrittenLeavesNothingToAdopt() throws Exception {
    WarmSandbox warm = sandboxes.host.maker.with(WarmPolicy.NONE).make();
    SandboxSpec spec = sandboxes.spec("sleep", "1000");
    warm.moveTo(spec.directory());
    sandboxes.host.specifications.write(spec, warm.held());

    crash(warm);

    assertThat(sandboxes.host.adopt(spec.directory())).isEmpty();
    sandboxes.host.discard(spec.id(), spec.directory());
    assertThat(groups()).isEmpty();
  }

  @Test
  void aCrashAfterItWasToldToGoLeavesASandboxThatLives() throws Exception {
    WarmSandbox warm = sandboxes.host.maker.with(WarmPolicy.NONE).make();
    SandboxSpec spec = sandboxes.spec("sleep", "1000");
    warm.moveTo(spec.directory());
    sandboxes.host.specifications.write(spec, warm.held());
    warm.shim().send((byte) 'g');

    crash(warm);

    Sandbox adopted = sandboxes.host.adopt(spec.directory()).orElseThrow();
    assertThat(adopted.id()).isEqualTo(spec.id());
    assertThat(adopted.alive()).isTrue();
  }

  @Test
  void aSweepKnowsWhomTheHoldingsOfASandboxBelongTo() throws Exception {
    keepWarm(1);
    SandboxSpec spec = sandboxes.spec("sleep", "1000");
    sandboxes.host.launch(spec);
    sandboxes.restartHost();

    assertThat(sandboxes.host.sweep(() -> List.of(spec.directory()))).isEmpty();
    assertThat(sandboxes.host.adopt(spec.directory()).orElseThrow().alive()).isTrue();
  }

  @Test
  void aSweepTakesBackWhatNobodyIsKnownToHave() throws Exception {
    sandboxes.host.prepare("nobody", CgroupLimits.NONE);
    sandboxes.restartHost();

    assertThat(sandboxes.host.sweep(List::of)).containsExactly("nobody");
    assertThat(groups()).isEmpty();
    assertThat(ranges()).isEmpty();
  }

  @Test
  void aSandboxStartsOnceMoreInItsDirectory() throws Exception {
    keepWarm(1);
    SandboxSpec spec = sandboxes.shell("echo again >> /file; cat /file");
    sandboxes.run(spec);

    ExitRecord exit = sandboxes.host.relaunch(spec).exit().get(SECONDS_MAX, TimeUnit.SECONDS);

    assertThat(exit.code()).isZero();
    assertThat(SandboxFixture.output(spec, "stdout")).isEqualTo("again\nagain\nagain\n");
  }

  @Test
  void aSandboxStartsOnceMoreBeforeItsInterfaceIsGone() throws Exception {
    BridgeNetwork network = BridgeNetwork.ensure(BRIDGE, SUBNET);
    try {
      NetworkAttachment attachment = network.attachment(INSTANCE, "again", SUBNET.address(8));
      SandboxSpec spec =
          SandboxFixture.with(
              sandboxes.shell("ip -4 addr show eth0 | grep -q 10.219.79.8"),
              new SandboxSpec.Network.Bridged(List.of(attachment), Resolution.NONE));
      sandboxes.run(spec);

      for (int i = 0; i < 5; i++) {
        Sandbox again = sandboxes.host.relaunch(spec);
        assertThat(again.exit().get(SECONDS_MAX, TimeUnit.SECONDS).code()).isZero();
      }
    } finally {
      network.delete();
    }
  }

  /** The process ends: its sockets close, and nothing is undone. */
  private void crash(WarmSandbox warm) throws IOException {
    warm.close();
    sandboxes.restartHost();
  }

  private void keepWarm(int size) throws Exception {
    sandboxes.host.keepWarm(new WarmPolicy(size, Optional.empty()));
    await(() -> sandboxes.host.warm() == size);
  }

  private static WarmPolicy linked(int size) {
    return new WarmPolicy(
        size,
        Optional.of(
            new WarmPolicy.Link(BRIDGE, name -> BridgeNetwork.hostInterface(INSTANCE, name))));
  }

  private List<Path> waiting() throws IOException {
    try (var entries = Files.list(sandboxes.directory.resolve("state/warm"))) {
      return entries.toList();
    }
  }

  private List<ProcessId> shims() throws IOException {
    return waiting().stream()
        .map(
            directory -> {
              try {
                return new SandboxFiles(directory).shim().orElseThrow();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  private List<String> groups() throws IOException {
    return CgroupHierarchy.detect(sandboxes.cgroupParent).names();
  }

  private Map<String, IdRange> ranges() {
    return sandboxes.host.idRanges();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (!condition.call()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(2);
    }
  }
}
