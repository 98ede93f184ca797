package dev.gantry.isolation.sandbox;

import dev.gantry.linux.process.PidWatcher;
import dev.gantry.linux.process.ProcessId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How sandboxes are waited for, and ended. */
record SandboxEnds(PidWatcher watcher, Holdings holdings) {
  private static final int SIGKILL = 9;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Completes when the process has ended. */
  CompletableFuture<Void> watch(ProcessId process) {
    try {
      return watcher.register(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A shim that is starting is waited for: it starts its sandbox or ends. */
  Optional<SandboxFiles.Started> awaitStart(SandboxFiles files, CompletableFuture<Void> ended)
      throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean over = ended.isDone() || System.nanoTime() - deadline > 0;
      Optional<SandboxFiles.Started> started = files.started();
      if (started.isPresent() || over) {
        return started;
      }
      await(ended, Duration.ofMillis(10));
    }
  }

  /** Kills what lives; completes when it has ended. */
  CompletableFuture<Void> kill(String owner, SandboxFiles files) throws IOException {
    holdings.kill(owner);
    Optional<ProcessId> process = files.shim();
    if (process.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> ended = watcher.register(process.get());
    Optional<SandboxFiles.Started> started = files.started();
    if (started.isPresent()) {
      started.get().init().signal(SIGKILL);
    } else {
      process.get().signal(SIGKILL); // its sandbox dies with it
    }
    return ended;
  }

  /** Kills what lives, and waits until it has ended, or the patience has. */
  void killAndWait(String owner, SandboxFiles files, ProcessId process) throws IOException {
    CompletableFuture<Void> ended = watcher.register(process);
    Optional<SandboxFiles.Started> started = files.started();
    if (started.isPresent()) {
      started.get().init().signal(SIGKILL);
      holdings.kill(owner);
    }
    if (started.isEmpty() || !await(ended)) {
      process.signal(SIGKILL); // its sandbox dies with it
      await(ended);
    }
  }

  /** Whether it completes within our patience. */
  boolean await(CompletableFuture<?> ended) {
    return await(ended, PATIENCE);
  }

  private static boolean await(CompletableFuture<?> ended, Duration patience) {
    try {
      ended.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      return true; // whatever it failed with is for whoever waits for the result
    }
  }
}
