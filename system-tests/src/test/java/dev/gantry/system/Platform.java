package dev.gantry.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A whole platform, started and stopped by the command that a user types, in a state directory and
 * an instance of its own, so that it never meets another platform on the same host.
 */
final class Platform implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path home;
  private final Cli cli;
  private JsonNode status = JSON.createObjectNode();
  private Bus bus;

  private Platform(Path home, String instance) {
    this.home = home;
    this.cli = new Cli(Map.of("GANTRY_HOME", home.toString(), "GANTRY_INSTANCE", instance));
  }

  /** The platform that tests share which leave it as they found it. */
  static Platform shared() {
    return Shared.PLATFORM;
  }

  /** Starts one that the caller closes. */
  static Platform start(String name) {
    try {
      Files.createDirectories(Path.of("target"));
      Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), name);
      String instance = "st" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();
      Platform platform = new Platform(home, instance);
      platform.up();
      return platform;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void up() {
    cli.run(Duration.ofMinutes(3), "up").expectSuccess();
    refresh();
  }

  private void refresh() {
    try {
      status = JSON.readTree(cli.run("status", "--format", "json").expectSuccess().stdout());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Cli cli() {
    return cli;
  }

  Path home() {
    return home;
  }

  JsonNode status() {
    return status;
  }

  String kafka() {
    return status.path("kafka").path("bootstrapServers").asText();
  }

  /** Where a service listens, without a slash at the end. */
  String url(String service) {
    return service(service).path("url").asText();
  }

  /** The registry as image references name it: {@code 127.0.0.1:port}. */
  String registry() {
    return url("image-service").substring("http://".length());
  }

  private JsonNode service(String name) {
    for (JsonNode service : status.path("services")) {
      if (service.path("name").asText().equals(name)) {
        return service;
      }
    }
    throw new AssertionError("no service " + name + " in " + status);
  }

  /** What is on the bus of this platform, read from its beginning. */
  synchronized Bus bus() {
    if (bus == null) {
      bus = new Bus(kafka());
    }
    return bus;
  }

  /** The process id of a service, once it lives. */
  long pid(String service) {
    return living(service).pid();
  }

  /** {@code kill -9} for one process of the platform, once it lives; returns when it is dead. */
  void kill9(String service) {
    ProcessHandle process = living(service);
    process.destroyForcibly();
    Await.until("the end of " + service, Duration.ofSeconds(20), () -> !process.isAlive());
  }

  private ProcessHandle living(String service) {
    return Await.value("a living " + service, Duration.ofSeconds(60), () -> processOf(service));
  }

  private Optional<ProcessHandle> processOf(String service) {
    refresh();
    return ProcessHandle.of(service(service).path("pid").asLong()).filter(ProcessHandle::isAlive);
  }

  void awaitReady(String service) {
    Await.until(
        service + " is ready again",
        Duration.ofSeconds(90),
        () -> Http.get(url(service) + "/q/health/ready").status() == 200);
  }

  void awaitAllReady() {
    for (JsonNode service : status.path("services")) {
      if (service.path("url").asText().startsWith("http")) {
        awaitReady(service.path("name").asText());
      }
    }
  }

  /** Makes the small base image that tests build on, from the host's static busybox. */
  void ensureBaseImage() {
    cli.run("import", "--busybox", "busybox:1").expectSuccess();
  }

  @Override
  public void close() {
    if (bus != null) {
      bus.close();
    }
    cli.run(Duration.ofMinutes(2), "down").expectSuccess();
  }

  /** Deletes the state of a closed platform, where that is too much to leave lying about. */
  void forget() {
    cli.tool("rm", "-rf", home.toString()).expectSuccess();
  }

  private static final class Shared {
    static final Platform PLATFORM = start("shared");

    static {
      PLATFORM.ensureBaseImage();
      Runtime.getRuntime().addShutdownHook(new Thread(PLATFORM::close, "platform-down"));
    }
  }
}
