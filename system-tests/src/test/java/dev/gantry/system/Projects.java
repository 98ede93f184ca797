package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The projects in {@code examples}, built and run as their README says, on base images made from
 * Debian's packages.
 */
record Projects(Platform platform, List<Projects.Service> services) {
  private static final Path EXAMPLES = Cli.repository().resolve("examples");

  Projects(Platform platform) {
    this(platform, new ArrayList<>());
  }

  /** A run of a project's image that is asked on a port of this host. */
  record Service(Platform platform, String run, int port) {
    /** Asks until the answer contains the text; says the run's log when it never does. */
    void answers(String path, String text) {
      try {
        Await.until(
            "'" + text + "' at " + path,
            Duration.ofSeconds(30),
            () -> Http.get(url(path)).body().contains(text));
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "; its log: " + log(), e);
      }
    }

    String post(String path, String contentType, String body) {
      return Http.post(url(path), contentType, body.getBytes(StandardCharsets.UTF_8)).body();
    }

    /** Sends a text by TCP until the answer contains the other. */
    void says(String question, String text) {
      Await.until(
          "'" + text + "' from " + run,
          Duration.ofSeconds(30),
          () -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
              socket.setSoTimeout(5_000);
              socket.getOutputStream().write(question.getBytes(StandardCharsets.UTF_8));
              byte[] answer = socket.getInputStream().readNBytes(text.length());
              return new String(answer, StandardCharsets.UTF_8).equals(text);
            }
          });
    }

    void awaitHealthy() {
      Await.until(
          "the health of " + run,
          Duration.ofSeconds(30),
          () -> new Runs(platform).get(run).toString().contains("\"healthy\""));
    }

    private String url(String path) {
      return "http://127.0.0.1:" + port + path;
    }

    String log() {
      return new Runs(platform).log(run);
    }
  }

  /** Makes base images one after the other; Debian's own are kept from run to run. */
  void bases(String... names) {
    List<String> command = new ArrayList<>(List.of(EXAMPLES.resolve("bases/make").toString()));
    command.addAll(List.of(names));
    Map<String, String> environment = new HashMap<>(platform.cli().environment());
    environment.put("GANTRY_BASES", Path.of("target/bases").toAbsolutePath().toString());
    Cli.execute(environment, Duration.ofMinutes(10), command).expectSuccess();
  }

  /** Makes them beside others. */
  CompletableFuture<Void> basesLater(String... names) {
    return CompletableFuture.runAsync(() -> bases(names));
  }

  /** {@code gantry build -t PROJECT:1 more… examples/PROJECT} */
  void build(String project, String... more) {
    List<String> arguments = new ArrayList<>(List.of("build", "--progress=plain"));
    arguments.addAll(List.of("-t", project + ":1"));
    arguments.addAll(List.of(more));
    arguments.add(EXAMPLES.resolve(project).toString());
    platform.cli().run(Duration.ofMinutes(4), arguments.toArray(String[]::new)).expectSuccess();
  }

  /** {@code gantry run -d -p 0:PORT more… IMAGE} */
  Service run(String image, int port, String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", "-d", "-p", "0:" + port));
    arguments.addAll(List.of(more));
    arguments.add(image);
    String run =
        platform.cli().run(arguments.toArray(String[]::new)).expectSuccess().stdout().trim();
    int published = new Runs(platform).awaitState(run, "running").at("/ports/0/hostPort").asInt();
    assertThat(published).as("the port of " + image).isPositive();
    Service service = new Service(platform, run, published);
    services.add(service);
    return service;
  }

  void remove(Service service) {
    services.remove(service);
    new Runs(platform).remove(service.run());
  }

  void removeRuns() {
    List.copyOf(services).forEach(this::remove);
  }
}
