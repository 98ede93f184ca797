package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.Cgroup;
import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.isolation.cgroup.CgroupStats;
import dev.gantry.isolation.console.AttachSpec;
import dev.gantry.isolation.console.Console;
import dev.gantry.isolation.console.Exec;
import dev.gantry.isolation.console.ExecSpec;
import dev.gantry.isolation.console.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** A sandbox of a {@link SandboxHost}. */
final class LiveSandbox implements Sandbox {
  private static final int SIGKILL = 9;

  private final SandboxHost host;
  private final SandboxHost.Named named;
  private final SandboxFiles files;
  private final SandboxFiles.Started started;
  private final CompletableFuture<ExitRecord> exit;

  /**
   * A sandbox that has started.
   *
   * @param exit completes when its shim has ended
   */
  LiveSandbox(
      SandboxHost host,
      SandboxHost.Named named,
      SandboxFiles files,
      SandboxFiles.Started started,
      CompletableFuture<ExitRecord> exit) {
    this.host = host;
    this.named = named;
    this.files = files;
    this.started = started;
    this.exit = exit;
  }

  @Override
  public String id() {
    return named.id();
  }

  @Override
  public Path directory() {
    return files.directory();
  }

  @Override
  public long pid() {
    return started.init().pid();
  }

  @Override
  public Instant startedAt() {
    return started.at();
  }

  @Override
  public CompletableFuture<ExitRecord> exit() {
    return exit.copy();
  }

  @Override
  public boolean alive() {
    return !exit.isDone() && started.init().alive();
  }

  @Override
  public void signal(int number) throws IOException {
    if (number < 1 || number > 64) {
      throw new IllegalArgumentException("no signal has the number " + number);
    }
    started.init().signal(number);
  }

  @Override
  public void kill() throws IOException {
    started.init().signal(SIGKILL); // and with the first, the kernel kills all
    host.holdings().kill(named.owner());
  }

  @Override
  public Exec exec(ExecSpec spec) throws SandboxException {
    return converse(() -> Console.exec(files.directory(), spec));
  }

  @Override
  public Exec attach(AttachSpec spec) throws SandboxException {
    return converse(() -> Console.attach(files.directory(), spec));
  }

  private interface Beginning {
    Exec begin() throws IOException;
  }

  private static Exec converse(Beginning beginning) throws SandboxException {
    try {
      return beginning.begin();
    } catch (RefusedException e) {
      throw new SandboxException(e.stage(), e.errno(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new SandboxException("control", e);
    }
  }

  @Override
  public void update(CgroupLimits limits) throws IOException {
    host.holdings().update(named.owner(), limits);
  }

  @Override
  public void pause() throws IOException {
    group().freeze();
  }

  @Override
  public void unpause() throws IOException {
    group().thaw();
  }

  @Override
  public boolean paused() throws IOException {
    return group().frozen();
  }

  @Override
  public CgroupStats stats() throws IOException {
    return group().stats();
  }

  @Override
  public List<Long> processes() throws IOException {
    return group().processes();
  }

  @Override
  public void onOom(LongConsumer listener) throws IOException {
    Runnable end = host.watchOom(named.owner(), listener);
    var _ = exit.whenComplete((_, _) -> end.run());
  }

  @Override
  public void keepMounts() throws IOException {
    host.mounts().hold(named.id(), started.init(), exit);
  }

  private Cgroup group() throws IOException {
    return host.holdings().group(named.owner());
  }

  @Override
  public InnerFiles files() throws IOException {
    return InnerFiles.of(started.init());
  }

  @Override
  public Path upper() {
    return files.upper();
  }

  @Override
  public void destroy() throws IOException {
    host.discard(named.id(), files.directory());
  }
}
