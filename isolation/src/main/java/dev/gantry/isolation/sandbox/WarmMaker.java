package dev.gantry.isolation.sandbox;

import dev.gantry.isolation.cgroup.CgroupLimits;
import dev.gantry.linux.process.SocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Makes sandboxes that wait. Each has a name of its own, which nothing had before: what it holds on
 * the host is known by it for as long as the sandbox exists, whatever it becomes.
 */
final class WarmMaker {
  private final SandboxHost host;
  private final SandboxEnds ends;
  private final ShimProgram shim;
  private final Path directory;

  /** Of those that are being made, or wait. */
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  WarmMaker(SandboxHost host, SandboxEnds ends, ShimProgram shim, Path directory) {
    this.host = host;
    this.ends = ends;
    this.shim = shim;
    this.directory = directory;
  }

  /** Makes them by a policy. */
  WarmPool.Maker with(WarmPolicy policy) {
    return new WarmPool.Maker() {
      @Override
      public WarmSandbox make() throws IOException {
        return WarmMaker.this.make(policy.link());
      }

      @Override
      public void discard(WarmSandbox sandbox) throws IOException {
        sandbox.close();
        host.discard(sandbox.name(), sandbox.directory());
      }
    };
  }

  /** The owners that were made here and still hold something. */
  Set<String> names() {
    return Set.copyOf(names);
  }

  /** This one holds nothing any more. */
  void forget(String name) {
    names.remove(name);
  }

  /** Removes what an earlier process left waiting: its shims have ended with it. */
  void discardStale() throws IOException {
    SandboxDirectory.make(directory);
    List<Path> stale;
    try (Stream<Path> entries = Files.list(directory)) {
      stale = entries.toList();
    }
    for (Path one : stale) {
      host.discard(one.getFileName().toString(), one);
    }
  }

  private WarmSandbox make(Optional<WarmPolicy.Link> link) throws IOException {
    String name = "warm-" + UUID.randomUUID();
    Path place = directory.resolve(name);
    names.add(name);
    try {
      return make(name, place, link);
    } catch (IOException e) {
      try {
        host.discard(name, place);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private WarmSandbox make(String name, Path place, Optional<WarmPolicy.Link> link)
      throws IOException {
    SandboxFiles files = new SandboxFiles(place);
    SandboxDirectory.prepare(place);
    files.owner(name);
    Holdings.Held held = ends.holdings().take(name, CgroupLimits.NONE);
    host.specifications.writeStanding(place, held, link);
    CompletableFuture<CompletableFuture<Void>> ended = new CompletableFuture<>();
    SocketPair connection = shim.warm(place, born -> ended.complete(ends.watch(born)));
    return new WarmSandbox(name, place, held, connection, ended.join());
  }
}
