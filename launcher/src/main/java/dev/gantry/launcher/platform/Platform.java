package dev.gantry.launcher.platform;

import dev.gantry.launcher.network.NetworkPlan;
import dev.gantry.launcher.port.PortPlan;
import dev.gantry.launcher.process.Child;
import dev.gantry.launcher.process.ChildSpec;
import dev.gantry.launcher.process.ChildStatus;
import dev.gantry.launcher.settings.PostgresAddress;
import dev.gantry.launcher.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One platform on one machine. {@link #up} returns when every part serves; {@link #down} ends all
 * of them in order. In between, parts that die are started again. {@code platform.json} follows
 * every change.
 */
public final class Platform {
  private static final Duration UP_PATIENCE = Duration.ofMinutes(3);

  /** More than a service takes, since a JVM may write its start cache at its end. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

  private static final int STARTS_MAX = 3;
  private static final long PAUSE_MILLIS = 20;

  private final Blueprint blueprint;
  private final Children children;
  private final String startedAt = Instant.now().toString();
  private final List<Child> running = new ArrayList<>();
  private final Object stateLock = new Object();
  private final Object downLock = new Object();
  private String state = "starting";
  private @Nullable String error;
  private volatile boolean stopping;
  private boolean isDown;

  private Platform(Blueprint blueprint) {
    this.blueprint = blueprint;
    this.children = new Children(blueprint);
  }

  /**
   * Decides ports and networks, after the processes of a killed predecessor are gone.
   *
   * @throws IOException a port is taken, the directory is another instance's, or cannot be written;
   *     nothing was started
   */
  public static Platform plan(Settings settings, Layout layout)
      throws IOException, InterruptedException {
    Optional<PlatformState> before = PlatformState.read(settings.home());
    if (before.isPresent()) {
      String owner = before.get().instance();
      if (!owner.equals(settings.instance())) {
        throw new IOException(
            "GANTRY_HOME=" + settings.home() + " belongs to the instance " + owner);
      }
      Predecessor.awaitEnd(before.get());
    }
    PortPlan ports = PortPlan.of(settings, before.map(PlatformState::ports).orElse(Map.of()));
    NetworkPlan network = before.isPresent() ? before.get().network() : NetworkPlan.of(settings);
    return new Platform(new Blueprint(settings, ports, network, layout));
  }

  /**
   * Starts everything and waits until all of it serves.
   *
   * @throws IOException a part does not come up; the message says which and shows the end of its
   *     log. Call {@link #down} then too.
   */
  public void up() throws IOException, InterruptedException {
    write();
    boolean ownKafka = blueprint.settings().kafka().isEmpty();
    boolean ownPostgres = blueprint.settings().postgres().isEmpty();
    if (ownKafka) {
      start(children.kafka());
    }
    if (ownPostgres) {
      awaitReady(List.of(start(children.postgres())));
    }
    Databases.create(blueprint.postgres());
    for (Part part : Part.values()) {
      start(children.service(part));
    }
    awaitReady(List.copyOf(running));
    change("up", null);
  }

  /**
   * Stops services, then Kafka, then PostgreSQL; kills who does not end. Containers stay. A second
   * call waits for the first and does nothing.
   *
   * @param failure why, when it is not because somebody asked for it
   */
  public void down(@Nullable String failure) throws InterruptedException {
    stopping = true;
    synchronized (downLock) {
      if (!isDown) {
        change("stopping", failure);
        stopInOrder();
        change(failure == null ? "down" : "failed", failure);
        isDown = true;
      }
    }
  }

  private void stopInOrder() throws InterruptedException {
    List<Thread> services = new ArrayList<>();
    List<Child> stores = new ArrayList<>();
    synchronized (running) {
      for (Child child : running) {
        String name = child.spec().name();
        if (name.equals(Children.KAFKA) || name.equals(Children.POSTGRES)) {
          stores.add(child);
        } else {
          services.add(Thread.ofPlatform().start(() -> stop(child)));
        }
      }
    }
    for (Thread service : services) {
      service.join();
    }
    // Kafka was started first.
    stores.forEach(Platform::stop);
    children.keepStartCaches();
  }

  private static void stop(Child child) {
    try {
      child.stop(STOP_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Child start(ChildSpec spec) throws IOException {
    Child child = new Child(spec, status -> write());
    synchronized (running) {
      if (stopping) {
        throw new IOException("stopped while starting");
      }
      running.add(child);
    }
    child.start();
    return child;
  }

  private void awaitReady(List<Child> awaited) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + UP_PATIENCE.toNanos();
    for (Child child : awaited) {
      while (!(child.status() instanceof ChildStatus.Ready)) {
        for (Child each : awaited) {
          if (each.status() instanceof ChildStatus.Dead dead && dead.starts() >= STARTS_MAX) {
            throw new IOException(
                each.spec().name()
                    + " ends at once, with exit code "
                    + dead.exitCode()
                    + tail(each));
          }
        }
        if (stopping) {
          throw new IOException("stopped while starting");
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              child.spec().name()
                  + " is not ready after "
                  + UP_PATIENCE.toMinutes()
                  + " minutes"
                  + tail(child));
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static String tail(Child child) throws IOException {
    List<String> lines = Files.readAllLines(child.spec().log());
    int from = Math.max(0, lines.size() - 15);
    return "; the end of "
        + child.spec().log()
        + ":\n"
        + String.join("\n", lines.subList(from, lines.size()));
  }

  private void change(String next, @Nullable String why) {
    synchronized (stateLock) {
      state = next;
      error = why;
    }
    write();
  }

  private void write() {
    synchronized (stateLock) {
      try {
        new PlatformState(
                blueprint.settings().instance(),
                Version.current(),
                blueprint.settings().home().toString(),
                state,
                error,
                ProcessHandle.current().pid(),
                startedAt,
                services(),
                blueprint.kafkaState(),
                blueprint.postgresState(),
                new EnumMap<>(blueprint.ports().ports()),
                blueprint.network())
            .write();
      } catch (IOException e) {
        System.err.println("cannot write platform.json: " + e.getMessage());
      }
    }
  }

  private List<PlatformState.Service> services() {
    synchronized (running) {
      return running.stream().map(this::service).toList();
    }
  }

  private PlatformState.Service service(Child child) {
    String name = child.spec().name();
    ChildStatus status = child.status();
    String says =
        switch (status) {
          case ChildStatus.Starting starting -> "starting";
          case ChildStatus.Ready ready -> "ready";
          case ChildStatus.Dead dead -> "dead";
          case ChildStatus.Stopped stopped -> "stopped";
        };
    String url = url(name);
    int port = Integer.parseInt(url.replaceAll(".*:(\\d+)/?$", "$1"));
    return new PlatformState.Service(
        name,
        url,
        port,
        status.pid(),
        says,
        status.starts(),
        blueprint.stateDir(name).toString(),
        blueprint.log(name).toString());
  }

  private String url(String name) {
    for (Part part : Part.values()) {
      if (part.service().equals(name)) {
        return blueprint.url(part);
      }
    }
    PostgresAddress postgres = blueprint.postgres();
    return name.equals(Children.KAFKA)
        ? "kafka://" + blueprint.bootstrapServers()
        : "postgresql://" + postgres.host() + ":" + postgres.port();
  }
}
