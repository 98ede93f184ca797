package dev.gantry.launcher.platform;

import dev.gantry.embedded.KafkaMain;
import dev.gantry.embedded.PostgresProgram;
import dev.gantry.launcher.process.ChildSpec;
import dev.gantry.launcher.settings.Port;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How each process of the platform is run. */
final class Children {
  static final String KAFKA = "kafka";
  static final String POSTGRES = "postgres";
  private static final int STOP_SECONDS = 20;
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Blueprint blueprint;
  private final HttpClient http;
  private final List<StartCache> caches = new ArrayList<>();

  Children(Blueprint blueprint) {
    this.blueprint = blueprint;
    this.http = HttpClient.newBuilder().connectTimeout(ANSWER).build();
  }

  ChildSpec kafka() throws IOException {
    Path directory = Files.createDirectories(blueprint.stateDir(KAFKA));
    int port = blueprint.ports().of(Port.KAFKA);
    Path jar = blueprint.layout().launcherJar();
    List<String> command = jvm(128, cache(KAFKA, jar));
    command.addAll(List.of("-cp", jar.toString()));
    command.addAll(List.of(KafkaMain.class.getName(), directory.toString()));
    command.add(Integer.toString(port));
    command.add(Integer.toString(blueprint.ports().of(Port.KAFKA_CONTROLLER)));
    return new ChildSpec(
        KAFKA,
        command,
        directory,
        Map.of(),
        blueprint.log(KAFKA),
        () -> accepts(port),
        ChildSpec.Stop.TERMINATE);
  }

  /** Unpacks the programs and makes the cluster when they are not there. */
  ChildSpec postgres() throws IOException, InterruptedException {
    Path directory = Files.createDirectories(blueprint.stateDir(POSTGRES));
    Path data = directory.resolve("data");
    PostgresProgram program = PostgresProgram.unpack(directory.resolve("program"));
    program.initialise(data);
    return new ChildSpec(
        POSTGRES,
        program.serverCommand(data, blueprint.postgresPort()),
        directory,
        Map.of(),
        blueprint.log(POSTGRES),
        this::postgresAnswers,
        process -> program.stop(data, STOP_SECONDS));
  }

  ChildSpec service(Part part) throws IOException {
    blueprint.layout().requireBuilt(part);
    Files.createDirectories(blueprint.stateDir(part.service()));
    Path application = blueprint.layout().application(part.service());
    Path jar = application.resolve("quarkus-run.jar");
    List<String> command = jvm(part.heapMebibytes(), cache(part.service(), jar));
    command.addAll(List.of("-jar", jar.toString()));
    URI ready = URI.create(blueprint.url(part) + "/q/health/ready");
    return new ChildSpec(
        part.service(),
        command,
        application,
        blueprint.environment(part),
        blueprint.log(part.service()),
        () -> status(ready) == 200,
        ChildSpec.Stop.TERMINATE);
  }

  /** Whether the server of the databases can be used. */
  boolean postgresAnswers() throws Exception {
    var address = blueprint.postgres();
    String url = address.jdbcUrl("postgres") + "?connectTimeout=2";
    try (Connection connection =
        DriverManager.getConnection(url, address.user(), address.password())) {
      return connection.isValid((int) ANSWER.toSeconds());
    }
  }

  /** To be called when all have ended. */
  void keepStartCaches() {
    caches.forEach(StartCache::keep);
  }

  private StartCache cache(String name, Path jar) throws IOException {
    Path scratch = Files.createDirectories(blueprint.stateDir("cache"));
    StartCache cache = new StartCache(name, jar, scratch);
    caches.add(cache);
    return cache;
  }

  private List<String> jvm(int heapMebibytes, StartCache cache) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--pdeathsig",
                "TERM",
                blueprint.layout().java(),
                "-XX:+UseSerialGC",
                "-Xmx" + heapMebibytes + "m",
                "-Xss512k",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                // Compiling gives way to those who wait for an answer.
                "-XX:ThreadPriorityPolicy=1",
                "-XX:CompilerThreadPriority=10",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(cache.flags());
    return command;
  }

  private int status(URI uri) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER).build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static boolean accepts(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), (int) ANSWER.toMillis());
      return true;
    }
  }
}
