package dev.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.cli.http.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be done with containers, volumes and networks that exist. */
class OperationTest {
  private static final String RUNNING =
      "{\"id\":\"0123\",\"state\":\"running\",\"startedAt\":\"1\",\"health\":{\"status\":\"healthy\"}}";
  private static final String AGAIN =
      "{\"id\":\"0123\",\"state\":\"running\",\"startedAt\":\"2\",\"restarts\":1}";
  private static final String PAUSED =
      "{\"id\":\"0123\",\"state\":\"running\",\"startedAt\":\"1\",\"paused\":true}";
  private static final String EXITED =
      "{\"id\":\"0123\",\"state\":\"exited\",\"startedAt\":\"1\",\"exit\":{\"code\":7}}";

  private Shell shell;
  private FakeService service;

  @BeforeEach
  void start() throws Exception {
    shell = new Shell();
    service = shell.service();
  }

  @AfterEach
  void stop() {
    shell.close();
  }

  @Test
  void pauseWaitsUntilAllIsHeld() {
    service
        .on("POST /v1/runs/web/pause", 202, RUNNING)
        .on("GET /v1/runs/web", 200, RUNNING)
        .on("GET /v1/runs/web", 200, PAUSED);

    assertThat(shell.execute("pause web")).isZero();
  }

  @Test
  void unpauseWaitsUntilNothingIsHeld() {
    service
        .on("POST /v1/runs/web/unpause", 202, PAUSED)
        .on("GET /v1/runs/web", 200, PAUSED)
        .on("GET /v1/runs/web", 200, RUNNING);

    assertThat(shell.execute("unpause web")).isZero();
  }

  @Test
  void restartWaitsForTheNextStart() {
    service
        .on("GET /v1/runs/web", 200, RUNNING)
        .on("POST /v1/runs/web/restart", 202, RUNNING)
        .on("GET /v1/runs/web", 200, RUNNING)
        .on("GET /v1/runs/web", 200, AGAIN);

    shell.execute("restart -t 2 web");

    assertThat(service.lines()).hasSize(4).contains("POST /v1/runs/web/restart?graceSeconds=2");
  }

  @Test
  void killSendsTheSignalThatWasNamed() {
    service.on("POST /v1/runs/web/kill", 202, RUNNING);

    shell.execute("kill -s HUP web");

    assertThat(service.lines()).containsExactly("POST /v1/runs/web/kill?signal=HUP");
  }

  @Test
  void stopSendsGraceAndSignal() {
    service.on("POST /v1/runs/web/stop", 202, RUNNING).on("GET /v1/runs/web", 200, EXITED);

    shell.execute("stop -t 1 -s INT web");

    assertThat(service.lines()).contains("POST /v1/runs/web/stop?graceSeconds=1&signal=INT");
  }

  @Test
  void updateSendsOnlyWhatWasNamed() throws Exception {
    service.on("POST /v1/runs/web/update", 202, RUNNING);

    shell.execute("update -m 64m --cpus 2 --restart always web");

    assertThat(Json.MAPPER.readTree(service.asked().getFirst().body()))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"resources\":{\"memory\":\"64m\",\"cpus\":2},\"restart\":\"always\"}"));
  }

  @Test
  void waitPrintsTheExitCode() {
    service
        .on("GET /v1/runs/web/wait", 504, "{\"title\":\"still there\"}")
        .on("GET /v1/runs/web/wait", 200, EXITED);

    shell.execute("wait web");

    assertThat(shell.out()).isEqualTo("7\n");
  }

  @Test
  void inspectPrintsAnArray() throws Exception {
    service.on("GET /v1/runs/web", 200, RUNNING);

    shell.execute("inspect web");

    assertThat(Json.MAPPER.readTree(shell.out()).path(0)).isEqualTo(Json.MAPPER.readTree(RUNNING));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-f status=exited -f status=lost | all=true&state=exited%2Clost",
        "-f label=a=b -f label=c        | all=false&label=a%3Db&label=c",
        "-a -f name=web                 | all=true&name=web",
        "-f ancestor=hello:1            | all=false&image=hello%3A1",
        "-f health=healthy              | all=false&health=healthy",
        "-f network=back -f volume=data | all=false&network=back&volume=data"
      })
  void psFiltersAsDockerDoes(String flags, String query) {
    service.on("GET /v1/runs", 200, "{\"items\":[]}");

    shell.execute("ps " + flags);

    assertThat(service.lines()).containsExactly("GET /v1/runs?limit=500&" + query);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'health':{'status':'healthy'}                  | running (healthy)",
        "'health':{'status':'starting'}                 | running (health: starting)",
        "'health':{'status':'unhealthy'},'restarts':2   | running (unhealthy, restarts: 2)",
        "'paused':true                       | running (paused)",
        "'health':{'status':'none'}                     | running"
      },
      quoteCharacter = '`')
  void psShowsHealthPausesAndRestarts(String fields, String shown) {
    service.on(
        "GET /v1/runs",
        200,
        "{\"items\":[{\"id\":\"1\",\"state\":\"running\"," + fields.replace('\'', '"') + "}]}");

    shell.execute("ps");

    assertThat(shell.out()).contains(shown);
  }

  @Test
  void logsTakeTimesAndOneStream() {
    service.on("GET /v1/runs/web/logs", 200, "text/plain", "a\n");

    shell.execute(
        "logs --since 2026-01-02T03:04:05Z --until 2026-01-02T04:00:00Z --stream stderr web");

    assertThat(service.lines())
        .containsExactly(
            "GET /v1/runs/web/logs?follow=false&timestamps=false&since=2026-01-02T03%3A04%3A05Z"
                + "&until=2026-01-02T04%3A00%3A00Z&stdout=false&stderr=true");
  }

  @Test
  void topListsProcesses() {
    service.on(
        "GET /v1/runs/web/top",
        200,
        """
        {"processes":[{"pid":4711,"innerPid":1,"user":"root","state":"S","cpuMicros":1500000,
        "rss":1048576,"command":"sleep 9"}],"more":3}""");

    shell.execute("top web");

    assertThat(shell.out()).contains("4711", "1.5 s", "1.0 MiB", "sleep 9", "and 3 more");
  }

  @Test
  void statsShowOnlyThoseThatWereNamed() {
    service
        .on("GET /v1/runs/web", 200, RUNNING)
        .on(
            "GET /v1/host/stats",
            200,
            """
            {"items":[{"id":"0123","name":"web","cpu":{"percent":12.345},
            "memory":{"usage":1048576},"pids":{"current":2}},{"id":"4567","name":"db"}]}""");

    shell.execute("stats --no-stream web");

    assertThat(shell.out()).contains("12.35%", "1.0 MiB / -").doesNotContain("db");
  }

  @Test
  void statsGoOnUntilTheServiceEnds() {
    service.on(
        "GET /v1/host/stats",
        200,
        "text/event-stream",
        "data: {\"items\":[{\"id\":\"a1\"}]}\n\ndata: {\"items\":[{\"id\":\"b2\"}]}\n\n");

    shell.execute("stats --format json");

    assertThat(shell.out()).isEqualTo("[{\"id\":\"a1\"}]\n[{\"id\":\"b2\"}]\n");
  }

  @Test
  void aVolumeIsMadeWithLabels() {
    service.on("POST /v1/volumes", 201, "{\"name\":\"data\"}");

    shell.execute("volume create --label a=b data");

    assertThat(service.asked().getFirst().body())
        .isEqualTo("{\"name\":\"data\",\"labels\":{\"a\":\"b\"}}");
  }

  @Test
  void aNetworkIsMadeAsAsked() {
    service.on("POST /v1/networks", 201, "{\"name\":\"back\"}");

    shell.execute("network create --subnet 10.9.0.0/24 --gateway 10.9.0.1 --internal back");

    assertThat(service.asked().getFirst().body())
        .isEqualTo(
            "{\"name\":\"back\",\"subnet\":\"10.9.0.0/24\",\"gateway\":\"10.9.0.1\","
                + "\"internal\":true,\"labels\":{}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"volume", "network"})
  void quietListsAreNames(String noun) {
    service.on("GET /v1/" + noun + "s", 200, "{\"items\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");

    shell.execute(noun + " ls -q");

    assertThat(shell.out()).isEqualTo("a\nb\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"volume", "network"})
  void removalNamesWhatIsGone(String noun) {
    service.on("DELETE /v1/" + noun + "s/data", 204, "");

    shell.execute(noun + " rm data");

    assertThat(shell.out()).isEqualTo("data\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"volume", "network"})
  void aDryRunOnlyShowsWhatWouldGo(String noun) {
    service.on("POST /v1/" + noun + "s/prune", 200, "{\"volumes\":[\"a\"],\"bytes\":1024}");

    shell.execute(noun + " prune --dry-run");

    assertThat(service.lines()).containsExactly("POST /v1/" + noun + "s/prune?dryRun=true");
  }

  @Test
  void pruneByForceDoesNotAsk() {
    service.on("POST /v1/volumes/prune", 200, "{\"volumes\":[\"a\"],\"bytes\":1024}");

    shell.execute("volume prune -f");

    assertThat(shell.out()).isEqualTo("removed of volumes: a\nremoved in all: 1.0 KiB\n");
  }

  @Test
  void dfShowsWhatCouldBeHadBack() {
    service.on(
        "GET /v1/system/df",
        200,
        """
        {"images":{"count":2,"active":1,"bytes":2097152,"reclaimableBytes":1048576},
        "volumes":{"count":3,"active":3,"bytes":0,"reclaimableBytes":0}}""");

    shell.execute("system df");

    assertThat(shell.out()).contains("images    2       1        2.0 MiB   1.0 MiB", "volumes");
  }

  @Test
  void aSystemIsPrunedWithItsVolumesWhereAsked() {
    service.on("POST /v1/system/prune", 200, "{\"runs\":[\"a\"]}");

    shell.execute("system prune -f --volumes");

    assertThat(service.lines()).containsExactly("POST /v1/system/prune?dryRun=false&volumes=true");
  }

  @Test
  void withoutATerminalNothingIsRemovedUnasked() {
    service.on("POST /v1/volumes/prune", 200, "{\"removed\":[\"a\"]}");

    assertThat(shell.execute("volume prune")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kill",
        "pause",
        "unpause",
        "restart",
        "update",
        "wait",
        "inspect",
        "stats",
        "top",
        "volume",
        "network",
        "volume create",
        "network create",
        "volume prune"
      })
  void everyCommandHasHelp(String command) {
    assertThat(shell.execute(command + " --help")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kill", "ps -f x=y", "ps -f status", "logs --stream x web", "network create"})
  void aWrongCallIsAUsageError(String command) {
    assertThat(shell.execute(command)).isEqualTo(2);
  }
}
