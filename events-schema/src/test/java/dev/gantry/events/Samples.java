package dev.gantry.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One event of every type, every field set; and the same with nothing that may be absent. */
final class Samples {
  static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
  static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

  private static final RunEvent.About ABOUT =
      new RunEvent.About("h1", new RunEvent.Image("hello:1", DIGEST), "web");
  private static final RunEvent.About BARE = new RunEvent.About("h1", null, null);
  private static final List<RunEvent.Port> PORTS =
      List.of(new RunEvent.Port("127.0.0.1", 8080, 80, Protocol.TCP));
  private static final BuildContext CONTEXT = new BuildContext(DIGEST, 42, "application/x-tar");

  private Samples() {}

  static List<Event> full() {
    return Stream.of(facts(), factsOfRuns(), requests()).flatMap(List::stream).toList();
  }

  private static List<Event> facts() {
    return List.of(
        new BuildEvent.Queued(List.of("hello:1"), "Dockerfile", CONTEXT, "ann"),
        new BuildEvent.Started("h1", 1),
        new BuildEvent.StepStarted(1, 2, "base", "RUN true"),
        new BuildEvent.StepFinished(1, 2, "base", "RUN true", false, 12, "first build"),
        new BuildEvent.Succeeded(DIGEST, List.of("hello:1"), 1000, 2000, 1, 2),
        new BuildEvent.Failed(
            ReasonCode.STEP_FAILED, "RUN false exited with 1", "Dockerfile", 3, "RUN false", 1),
        new BuildEvent.Cancelled("as asked", "ann"),
        new ImageEvent.Pushed("hello", DIGEST, "m", 10, List.of("linux/amd64"), "ann"),
        new ImageEvent.Tagged("hello", "1", DIGEST, "m", 10L, DIGEST, "ann"),
        new ImageEvent.Untagged("hello", "1", DIGEST, "m", 10L, "ann"),
        new ImageEvent.Deleted("hello", DIGEST, "m", 10L, "ann"),
        new StoreEvent.Collected("h1", 1, 2, 3, 4000, 5, 6, 70),
        new StoreEvent.Scrubbed("h1", 9, 9000, 1, 1, List.of(DIGEST), List.of(DIGEST), 70),
        hostState());
  }

  private static List<Event> factsOfRuns() {
    return List.of(
        new RunEvent.Accepted(ABOUT, Map.of("a", "b"), "ann"),
        new RunEvent.Placed(ABOUT),
        new RunEvent.Pulling(ABOUT, 3),
        new RunEvent.Created(ABOUT, "10.210.0.2", PORTS),
        new RunEvent.Started(ABOUT, 4711, TIME, "10.210.0.2", PORTS, Health.STARTING),
        new RunEvent.Healthy(ABOUT),
        new RunEvent.Unhealthy(ABOUT, 3, "connection refused"),
        new RunEvent.Paused(ABOUT, "ann"),
        new RunEvent.Unpaused(ABOUT, "ann"),
        new RunEvent.Updated(ABOUT, runSpec().resources(), runSpec().restart(), "ann"),
        new RunEvent.Restarting(
            ABOUT, 137, 9, true, ReasonCode.OOM_KILLED, TIME, TIME, 2, 200, "memory"),
        new RunEvent.OomKilled(ABOUT),
        new RunEvent.Exited(ABOUT, 137, 9, true, ReasonCode.OOM_KILLED, TIME, TIME, "memory"),
        new RunEvent.Stopped(ABOUT, "SIGTERM", true, "ann"),
        new RunEvent.Removed(ABOUT, "ann"),
        new RunEvent.Rejected(ABOUT, ReasonCode.PORT_TAKEN, "8080 is taken by x", "publish[0]"),
        new RunEvent.Lost(ABOUT, ReasonCode.HOST_LOST, "no exit record"));
  }

  private static List<Event> requests() {
    return List.of(
        new RunRequest.Requested(runSpec()),
        new RunRequest.StopRequested("web", 5, Signal.of(15)),
        new RunRequest.RemoveRequested("web", true, true),
        new RunRequest.KillRequested("web", Signal.of(1)),
        new RunRequest.PauseRequested("web"),
        new RunRequest.UnpauseRequested("web"),
        new RunRequest.RestartRequested("web", 5),
        value(RunRequest.UpdateRequested.parse(json(UPDATE))),
        new BuildRequest.Requested(value(BuildSpec.parse(json(BUILD)))),
        new BuildRequest.CancelRequested("0123456789abcdef0123456789abcdef"));
  }

  static List<Event> bare() {
    return List.of(
        new BuildEvent.Queued(List.of(), "Dockerfile", CONTEXT, null),
        new BuildEvent.StepFinished(1, 2, "base", "RUN true", true, 0, null),
        BuildEvent.Failed.because(ReasonCode.INTERNAL, "a bug"),
        new BuildEvent.Cancelled("as asked", null),
        new ImageEvent.Pushed("hello", DIGEST, "m", 10, null, null),
        new ImageEvent.Tagged("hello", "1", DIGEST, null, null, null, null),
        new ImageEvent.Untagged("hello", "1", null, null, null, null),
        new ImageEvent.Deleted("hello", DIGEST, null, null, null),
        new RunEvent.Accepted(BARE, Map.of(), null),
        new RunEvent.Created(BARE, null, List.of()),
        new RunEvent.Started(BARE, 4711, TIME, null, List.of(), null),
        new RunEvent.Healthy(BARE),
        new RunEvent.Unhealthy(BARE, 3, null),
        new RunEvent.Paused(BARE, null),
        new RunEvent.Unpaused(BARE, null),
        new RunEvent.Updated(BARE, Resources.UNLIMITED, RestartPolicy.NO, null),
        new RunEvent.Restarting(
            BARE, null, null, false, ReasonCode.HOST_LOST, null, TIME, 1, 0, null),
        new RunEvent.Exited(BARE, 127, null, false, ReasonCode.COMMAND_NOT_FOUND, null, TIME, null),
        new RunEvent.Removed(BARE, null),
        new RunEvent.Rejected(BARE, ReasonCode.HOST_FULL, "no room", null),
        new RunEvent.Lost(BARE, ReasonCode.HOST_LOST, null),
        new RunRequest.Requested(value(RunSpec.parse(json("{\"image\":\"hello\"}")))),
        new RunRequest.StopRequested("web", null, null),
        new RunRequest.RemoveRequested("web", false, false),
        new RunRequest.KillRequested("web", null),
        new RunRequest.RestartRequested("web", null),
        value(RunRequest.UpdateRequested.parse(json("{\"run\":\"web\",\"restart\":\"no\"}"))),
        new RunRequest.Requested(value(RunSpec.parse(json(OTHER_RUN)))));
  }

  /** Every field of a run request. */
  static RunSpec runSpec() {
    return value(RunSpec.parse(json(RUN)));
  }

  static Envelope<Event> fact(Event event) {
    return Envelope.<Event>fact(java.net.URI.create("/gantry/test/h1"), TIME, "subject", 7, event)
        .causedBy("cause", "correlation")
        .traced("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  static JsonNode json(String text) {
    try {
      return EventJson.MAPPER.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static <T> T value(Parsed<T> parsed) {
    return switch (parsed) {
      case Parsed.Valid<T>(T value) -> value;
      case Parsed.Invalid<T> invalid -> throw new AssertionError(invalid.toString());
    };
  }

  private static HostEvent.State hostState() {
    return new HostEvent.State(
        "h1", "127.0.0.1", 2, 24L << 30, 20L << 30, 3, Map.of("a", "b"), false, "v1", "6.1", TIME);
  }

  private static final String RUN =
      """
      {"image": "127.0.0.1:5000/hello:1", "pullPolicy": "missing", "name": "web",
       "labels": {"tier": "front"}, "command": ["a", "b"], "entrypoint": ["/bin/sh"],
       "env": {"A": "1"}, "workdir": "/srv", "user": "0:0", "groups": ["audio", "12"],
       "tty": true, "stdin": true,
       "resources": {"memory": "64m", "memoryReservation": "32m", "memorySwap": "1g",
         "oomScoreAdjust": 500, "cpus": 0.5, "cpuWeight": 200, "cpuset": "0-1,3", "pids": 32,
         "ioWeight": 50,
         "io": [{"device": "/dev/vda", "readBps": "1m", "writeBps": 1, "readIops": 2,
           "writeIops": 3}],
         "ulimits": {"nofile": 1024, "core": {"soft": 0, "hard": -1}}, "shmSize": "16m"},
       "mounts": ["data:/data:ro", "/srv/conf:/etc/app", "/scratch",
         {"type": "volume", "source": "more", "target": "/more", "subpath": "a/b",
          "noCopy": true},
         {"type": "bind", "source": "/srv", "target": "/srv", "readOnly": true, "subpath": "x"},
         {"type": "tmpfs", "target": "/run", "size": "1m", "mode": "0755"}],
       "hostname": "web",
       "networks": ["default", {"name": "back", "aliases": ["db"], "address": "10.9.0.7"}],
       "publish": ["8080:80", "127.0.0.1::53/udp", "9000-9010:9000-9010"],
       "extraHosts": {"db": "10.0.0.1"}, "dns": ["9.9.9.9"], "dnsSearch": ["example.org"],
       "readOnlyRootfs": true, "capabilities": {"add": ["NET_RAW"], "drop": ["ALL"]},
       "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}, "sysctls": {"net.core.somaxconn": 1024},
       "restart": "on-failure:3",
       "healthcheck": {"http": {"port": 80, "path": "/ready"}, "intervalSeconds": 0.5,
         "timeoutSeconds": 1, "retries": 2, "startPeriodSeconds": 3,
         "startIntervalSeconds": 0.1},
       "stopSignal": "INT", "stopGraceSeconds": 3, "removeOnExit": false, "ttlSeconds": 60}
      """;

  private static final String OTHER_RUN =
      """
      {"image": "hello", "network": "host", "seccomp": "unconfined", "removeOnExit": true,
       "healthcheck": {"none": true}, "capabilities": {"add": ["cap_chown"]}}
      """;

  private static final String UPDATE =
      """
      {"run": "web", "restart": "always",
       "resources": {"memory": "64m", "memoryReservation": "32m", "memorySwap": 0, "cpus": 0.5,
         "cpuWeight": 200, "cpuset": "0", "pids": 32, "ioWeight": 50,
         "io": [{"device": "/dev/vda", "readIops": 2}]}}
      """;

  private static final String BUILD =
      """
      {"context": {"digest": "%s", "size": 42, "mediaType": "application/x-tar"},
       "dockerfile": "docker/Dockerfile", "tags": ["hello:1"], "target": "final",
       "buildArgs": {"A": "1"}, "labels": {"tier": "front"}, "platform": "linux/amd64",
       "noCache": true, "dockerfileText": "FROM scratch", "noCacheFilter": ["test"],
       "targets": [{"target": "debug", "tags": ["hello:debug"]}],
       "cacheFrom": ["hello:cache"], "cacheTo": ["hello:cache"], "compression": "zstd",
       "annotations": {"a": "b"}, "sourceDateEpoch": 0, "credentials": "ci-bot",
       "network": "none", "extraHosts": {"db": "10.0.0.1"}, "secrets": ["npm"],
       "ssh": ["default"],
       "limits": {"memory": 67108864, "cpus": 1.5, "pids": 64, "disk": 1000, "output": 4096,
         "timeoutSeconds": 60}}
      """
          .formatted(DIGEST);
}
