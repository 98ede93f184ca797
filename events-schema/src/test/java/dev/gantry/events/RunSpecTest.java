package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunSpecTest {

  @Test
  void anImageAloneIsEnough() {
    RunSpec spec = Samples.value(parse("'image': 'hello:1'"));

    assertThat(spec)
        .isEqualTo(
            new RunSpec(
                "hello:1",
                PullPolicy.NEWER,
                null,
                Map.of(),
                new ProcessSettings(null, null, null, null, List.of(), Map.of(), false, false),
                Resources.UNLIMITED,
                List.of(),
                new NetworkSettings(
                    null, Connection.DEFAULT, List.of(), Map.of(), List.of(), List.of()),
                new SecuritySettings(
                    false,
                    new SecuritySettings.Capabilities(List.of(), List.of()),
                    new Seccomp.Default(),
                    Map.of()),
                RestartPolicy.NO,
                null,
                new StopSettings(null, 10, false, null)));
  }

  @Test
  void everyFieldIsWrittenAndReadBack() {
    assertThat(RunSpec.parse(Samples.runSpec().toJson()))
        .isEqualTo(new Parsed.Valid<>(Samples.runSpec()));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    RunSpec spec =
        Samples.value(
            parse(
                "'image': 'a', 'command': ['x', ''], 'env': ['A=1', 'B=x=y'], 'network': 'none',"
                    + " 'resources': {'memory': '64MiB', 'cpus': 2}, 'stopSignal': '9'"));

    assertThat(RunSpec.parse(spec.toJson())).isEqualTo(new Parsed.Valid<>(spec));
  }

  @Test
  void nullIsTheSameAsAbsent() {
    assertThat(parse("'image': 'a', 'name': null, 'resources': null, 'publish': null"))
        .isEqualTo(parse("'image': 'a'"));
  }

  @Test
  void envMayBeAnObjectOrAnArray() {
    assertThat(
            Samples.value(parse("'image': 'a', 'env': {'A': '1', 'B': 2, 'C': true}"))
                .process()
                .env())
        .containsExactly(Map.entry("A", "1"), Map.entry("B", "2"), Map.entry("C", "true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "hello:1",
        "a/b/c:latest",
        "127.0.0.1:5000/hello:1",
        "localhost/hello",
        "registry.example.com/team/my-app_x.y:v1.0-rc.1",
        "hello@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void anImageNameIsTaken(String image) {
    assertThat(parse("'image': '" + image + "'")).isInstanceOf(Parsed.Valid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'image': ''                               | image            | INVALID_FIELD",
        "'image': 'Hello'                          | image            | INVALID_FIELD",
        "'image': 'hello:'                         | image            | INVALID_FIELD",
        "'image': '../x'                           | image            | INVALID_FIELD",
        "'image': 'a b'                            | image            | INVALID_FIELD",
        "'image': 'a@sha256:12'                    | image            | INVALID_FIELD",
        "'image': 7                                | image            | INVALID_FIELD",
        "'name': 'x'                               | image            | MISSING_FIELD",
        "'image': 'a', 'name': '-x'                | name             | INVALID_FIELD",
        "'image': 'a', 'name': 'x y'               | name             | INVALID_FIELD",
        "'image': 'a', 'command': 'ls'             | command          | INVALID_FIELD",
        "'image': 'a', 'command': ['ls', 1]        | command[1]       | INVALID_FIELD",
        "'image': 'a', 'command': ['a\\u0000b']    | command[0]       | INVALID_FIELD",
        "'image': 'a', 'command': ['a\\ud800b']    | command[0]       | INVALID_FIELD",
        "'image': 'a', 'labels': {'\\udc00': ''}    | labels           | INVALID_FIELD",
        "'image': 'a', 'env': 'A=1'                | env              | INVALID_FIELD",
        "'image': 'a', 'env': ['A']                | env[0]           | INVALID_FIELD",
        "'image': 'a', 'env': ['=x']               | env[0]           | INVALID_FIELD",
        "'image': 'a', 'env': {'': 'x'}            | env              | INVALID_FIELD",
        "'image': 'a', 'env': {'A': {}}            | env.A            | INVALID_FIELD",
        "'image': 'a', 'workdir': 'srv'            | workdir          | INVALID_FIELD",
        "'image': 'a', 'user': 'a:b:c'             | user             | INVALID_FIELD",
        "'image': 'a', 'hostname': 'a_b'           | hostname         | INVALID_FIELD",
        "'image': 'a', 'resources': []             | resources        | INVALID_FIELD",
        "'image': 'a', 'resources': {'memory': '1k'} | resources.memory | INVALID_FIELD",
        "'image': 'a', 'resources': {'memory': -1} | resources.memory | INVALID_FIELD",
        "'image': 'a', 'resources': {'memory': 1e99} | resources.memory | INVALID_FIELD",
        "'image': 'a', 'resources': {'cpus': 0}    | resources.cpus   | INVALID_FIELD",
        "'image': 'a', 'resources': {'cpus': '1'}  | resources.cpus   | INVALID_FIELD",
        "'image': 'a', 'resources': {'pids': 0}    | resources.pids   | INVALID_FIELD",
        "'image': 'a', 'resources': {'pids': 1.5}  | resources.pids   | INVALID_FIELD",
        "'image': 'a', 'resources': {'gpus': 1}    | resources.gpus   | UNKNOWN_FIELD",
        "'image': 'a', 'publish': '80'             | publish          | INVALID_FIELD",
        "'image': 'a', 'publish': ['80', 'x']      | publish[1]       | INVALID_FIELD",
        "'image': 'a', 'network': 'none', 'publish': ['80'] | publish | INVALID_FIELD",
        "'image': 'a', 'readOnlyRootfs': 'true'    | readOnlyRootfs   | INVALID_FIELD",
        "'image': 'a', 'stopSignal': 'SIGNAL'      | stopSignal       | INVALID_FIELD",
        "'image': 'a', 'stopGraceSeconds': -1      | stopGraceSeconds | INVALID_FIELD",
        "'image': 'a', 'stopGraceSeconds': 99999999999 | stopGraceSeconds | INVALID_FIELD",
        "'image': 'a', 'volumes': ['/:/host']      | volumes          | UNKNOWN_FIELD",
        "'image': 'a', 'privileged': true          | privileged       | UNKNOWN_FIELD",
        "'image': 'a', 'pullPolicy': 'often'       | pullPolicy       | INVALID_FIELD",
        "'image': 'a', 'groups': ['a b']           | groups[0]        | INVALID_FIELD",
        "'image': 'a', 'tty': 1                    | tty              | INVALID_FIELD",
        "'image': 'a', 'restart': 'sometimes'      | restart          | INVALID_FIELD",
        "'image': 'a', 'restart': 'always', 'removeOnExit': true | restart | INVALID_FIELD",
        "'image': 'a', 'ttlSeconds': 0             | ttlSeconds       | INVALID_FIELD"
      },
      quoteCharacter = '`')
  void aBadFieldIsNamed(String fields, String field, ReasonCode reason) {
    assertRefused(parse(fields), field, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'memoryReservation': '8m', 'memory': '5m' | memoryReservation | INVALID_FIELD",
        "'memorySwap': '8m'                        | memorySwap        | INVALID_FIELD",
        "'oomScoreAdjust': -1                      | oomScoreAdjust    | INVALID_FIELD",
        "'oomScoreAdjust': 1001                    | oomScoreAdjust    | INVALID_FIELD",
        "'cpuWeight': 0                            | cpuWeight         | INVALID_FIELD",
        "'cpuset': '1-0'                           | cpuset            | INVALID_FIELD",
        "'cpuset': ''                              | cpuset            | INVALID_FIELD",
        "'cpuset': '0,,1'                          | cpuset            | INVALID_FIELD",
        "'ioWeight': 10001                         | ioWeight          | INVALID_FIELD",
        "'io': {}                                  | io                | INVALID_FIELD",
        "'io': ['/dev/vda']                        | io[0]             | INVALID_FIELD",
        "'io': [{'device': '/dev/vda'}]            | io[0]             | MISSING_FIELD",
        "'io': [{'readBps': 1}]                    | io[0].device      | MISSING_FIELD",
        "'io': [{'device': '/dev/../x', 'readBps': 1}] | io[0].device  | INVALID_FIELD",
        "'io': [{'device': '/dev/a', 'readBps': '1z'}] | io[0].readBps | INVALID_FIELD",
        "'ulimits': {'files': 1}                   | ulimits.files     | UNKNOWN_FIELD",
        "'ulimits': {'nofile': 'x'}                | ulimits.nofile    | INVALID_FIELD",
        "'ulimits': {'nofile': {}}                 | ulimits.nofile    | MISSING_FIELD",
        "'ulimits': {'nofile': {'soft': 2, 'hard': 1}} | ulimits.nofile.soft | INVALID_FIELD",
        "'ulimits': {'nofile': {'soft': -1, 'hard': 1}} | ulimits.nofile.soft | INVALID_FIELD",
        "'shmSize': 1                              | shmSize           | INVALID_FIELD"
      },
      quoteCharacter = '`')
  void aBadResourceIsNamed(String fields, String field, ReasonCode reason) {
    assertRefused(
        parse("'image': 'a', 'resources': {" + fields + "}"), "resources." + field, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'/:/host:rw:x'                            | mounts[1]          | INVALID_FIELD",
        "'data:/data:z'                            | mounts[1]          | INVALID_FIELD",
        "'data:data'                               | mounts[1]          | INVALID_FIELD",
        "'./data:/data'                            | mounts[1]          | INVALID_FIELD",
        "'/a/../b:/data'                           | mounts[1]          | INVALID_FIELD",
        "'/a:/data:nocopy'                         | mounts[1]          | INVALID_FIELD",
        "'data:/'                                  | mounts[1]          | INVALID_FIELD",
        "'data:/proc/sys'                          | mounts[1]          | INVALID_FIELD",
        "'data:/a/../proc'                         | mounts[1]          | INVALID_FIELD",
        "'data://./proc'                           | mounts[1]          | INVALID_FIELD",
        "'data:/dev/pts'                           | mounts[1]          | INVALID_FIELD",
        "'data:/first/'                            | mounts[1].target   | INVALID_FIELD",
        "7                                         | mounts[1]          | INVALID_FIELD",
        "{'target': '/x'}                          | mounts[1].type     | MISSING_FIELD",
        "{'type': 'nfs', 'target': '/x'}           | mounts[1].type     | INVALID_FIELD",
        "{'type': 'volume', 'source': 'v1'}        | mounts[1].target   | MISSING_FIELD",
        "{'type': 'volume', 'source': '/a', 'target': '/x'} | mounts[1].source | INVALID_FIELD",
        "{'type': 'volume', 'target': 'x'}         | mounts[1].target   | INVALID_FIELD",
        "{'type': 'volume', 'target': '/x', 'subpath': '/a'} | mounts[1].subpath | INVALID_FIELD",
        "{'type': 'volume', 'target': '/x', 'subpath': 'a/..'} | mounts[1].subpath | INVALID_FIELD",
        "{'type': 'volume', 'target': '/x', 'size': '1m'} | mounts[1].size | UNKNOWN_FIELD",
        "{'type': 'bind', 'target': '/x'}          | mounts[1].source   | MISSING_FIELD",
        "{'type': 'bind', 'source': 'a', 'target': '/x'} | mounts[1].source | INVALID_FIELD",
        "{'type': 'tmpfs', 'target': '/x', 'mode': '9'} | mounts[1].mode  | INVALID_FIELD",
        "{'type': 'tmpfs', 'target': '/x', 'source': 'a'} | mounts[1].source | UNKNOWN_FIELD"
      },
      quoteCharacter = '`')
  void aBadMountIsNamed(String mount, String field, ReasonCode reason) {
    assertRefused(parse("'image': 'a', 'mounts': ['data:/first', " + mount + "]"), field, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'network': 'host', 'publish': ['80']      | publish            | INVALID_FIELD",
        "'network': 'a b'                          | network            | INVALID_FIELD",
        "'network': 'a', 'networks': ['b']         | networks           | INVALID_FIELD",
        "'networks': []                            | networks           | INVALID_FIELD",
        "'networks': ['a', 'host']                 | networks[1]        | INVALID_FIELD",
        "'networks': ['a', {'name': 'none'}]       | networks[1].name   | INVALID_FIELD",
        "'networks': ['a', {'name': 'a'}]          | networks[1]        | INVALID_FIELD",
        "'networks': [{}]                          | networks[0].name   | MISSING_FIELD",
        "'networks': [{'name': 'a', 'aliases': ['-']}] | networks[0].aliases[0] | INVALID_FIELD",
        "'networks': [{'name': 'a', 'address': '1.2.3'}] | networks[0].address | INVALID_FIELD",
        "'networks': [{'name': 'default', 'aliases': ['b']}] | networks[0].aliases | INVALID_FIELD",
        "'networks': [{'name': 'default', 'address': '10.0.0.9'}] | networks[0].address | INVALID_FIELD",
        "'publish': ['80:80', '80:81']             | publish[1]         | INVALID_FIELD",
        "'publish': ['1.1.1.1:80-89:80-89', '1.1.1.1:89:1'] | publish[1] | INVALID_FIELD",
        "'publish': ['1-60000:1-60000']            | publish            | INVALID_FIELD",
        "'extraHosts': {'a b': '1.1.1.1'}          | extraHosts         | INVALID_FIELD",
        "'extraHosts': {'a': 'b'}                  | extraHosts.a       | INVALID_FIELD",
        "'dns': ['resolver']                       | dns[0]             | INVALID_FIELD",
        "'dns': ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] | dns      | INVALID_FIELD",
        "'dnsSearch': ['a b']                      | dnsSearch[0]       | INVALID_FIELD",
        "'capabilities': {'add': ['SYS_ADMIN']}    | capabilities.add[0] | INVALID_FIELD",
        "'capabilities': {'add': ['NET_RAW', 'X!']} | capabilities.add[1] | INVALID_FIELD",
        "'capabilities': {'drop': ['']}            | capabilities.drop[0] | INVALID_FIELD",
        "'seccomp': 'off'                          | seccomp            | INVALID_FIELD",
        "'seccomp': []                             | seccomp            | INVALID_FIELD",
        "'sysctls': {'kernel.hostname': 'x'}       | sysctls.kernel.hostname | INVALID_FIELD",
        "'sysctls': {'net.x': 1}, 'network': 'host' | sysctls.net.x     | INVALID_FIELD",
        "'healthcheck': {'command': []}            | healthcheck.command | INVALID_FIELD",
        "'healthcheck': {'command': 'x', 'tcp': {'port': 1}} | healthcheck | INVALID_FIELD",
        "'healthcheck': {'http': {}}               | healthcheck.http.port | MISSING_FIELD",
        "'healthcheck': {'http': {'port': 1, 'path': 'x'}} | healthcheck.http.path | INVALID_FIELD",
        "'healthcheck': {'tcp': {'port': 0}}       | healthcheck.tcp.port | INVALID_FIELD",
        "'healthcheck': {'none': true, 'tcp': {'port': 1}} | healthcheck | INVALID_FIELD",
        "'healthcheck': {'retries': 0}             | healthcheck.retries | INVALID_FIELD",
        "'healthcheck': {'intervalSeconds': 0}     | healthcheck.intervalSeconds | INVALID_FIELD"
      },
      quoteCharacter = '`')
  void aBadConnectionOrRightIsNamed(String fields, String field, ReasonCode reason) {
    assertRefused(parse("'image': 'a', " + fields), field, reason);
  }

  @Test
  void labelsAreBoundedSinceEventsRepeatThem() {
    assertThat(parse("'image': 'a', 'labels': {'a': '" + "x".repeat(40_000) + "'}"))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class, invalid -> assertThat(invalid.field()).isEqualTo("labels"));
  }

  @Test
  void messagesAreForPeople() {
    assertThat(parse("'image': 'a', 'imgae': 'b'"))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid ->
                assertThat(invalid.message())
                    .startsWith(
                        "imgae is not a field here; known are capabilities, command, dns,"));
  }

  @Test
  void hostileTextIsShownBoundedAndWithoutControlCharacters() {
    assertThat(parse("'image': '\\u001b[31m" + "x".repeat(100_000) + "'"))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid -> assertThat(invalid.message()).hasSizeLessThan(300).doesNotContain("\u001b"));
  }

  @Test
  void problemsAreToldWithTheWholePath() {
    assertThat(parse("'image': 'a', 'mounts': [{'type': 'bind', 'target': '/x'}]"))
        .isEqualTo(
            new Parsed.Invalid<>(
                "mounts[0].source", ReasonCode.MISSING_FIELD, "mounts[0].source is required"));
  }

  @Test
  void aNetworkIsShortForNetworks() {
    assertThat(parse("'image': 'a', 'network': 'back'"))
        .isEqualTo(parse("'image': 'a', 'networks': [{'name': 'back'}]"));
  }

  @Test
  void aMountMayBeWrittenAsDockerDoes() {
    assertThat(parse("'image': 'a', 'mounts': ['data:/data/:ro', '/srv:/srv:rw', '/own']"))
        .isEqualTo(
            parse(
                "'image': 'a', 'mounts': ["
                    + "{'type': 'volume', 'source': 'data', 'target': '/data', 'readOnly': true},"
                    + "{'type': 'bind', 'source': '/srv', 'target': '/srv'},"
                    + "{'type': 'volume', 'target': '/own'}]"));
  }

  @Test
  void whatAHealthCheckLeavesOutIsTheImages() {
    HealthCheck asked =
        health("'intervalSeconds': 1").over(health("'command': ['a'], 'retries': 7"));

    assertThat(asked).isEqualTo(health("'command': ['a'], 'intervalSeconds': 1, 'retries': 7"));
  }

  @Test
  void aChangeOfResourcesLeavesTheRest() {
    Resources before = resources("'memory': '64m', 'cpus': 1, 'ulimits': {'core': 0}");

    assertThat(before.with(resources("'cpus': 2, 'pids': 9")))
        .isEqualTo(resources("'memory': '64m', 'cpus': 2, 'pids': 9, 'ulimits': {'core': 0}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'run': 'web'                              | resources          | MISSING_FIELD",
        "'resources': {'cpus': 1}                  | run                | MISSING_FIELD",
        "'run': 'web', 'resources': {'shmSize': '1m'} | resources.shmSize | INVALID_FIELD",
        "'run': 'web', 'resources': {'ulimits': {}} | resources.ulimits | INVALID_FIELD",
        "'run': 'web', 'restart': 'x'              | restart            | INVALID_FIELD"
      },
      quoteCharacter = '`')
  void aBadUpdateIsNamed(String fields, String field, ReasonCode reason) {
    assertRefused(
        RunRequest.UpdateRequested.parse(Samples.json("{" + fields.replace('\'', '"') + "}")),
        field,
        reason);
  }

  private static HealthCheck health(String fields) {
    HealthCheck check =
        Samples.value(parse("'image': 'a', 'healthcheck': {" + fields + "}")).healthcheck();
    return java.util.Objects.requireNonNull(check);
  }

  private static Resources resources(String fields) {
    return Samples.value(parse("'image': 'a', 'resources': {" + fields + "}")).resources();
  }

  private static void assertRefused(Parsed<?> parsed, String field, ReasonCode reason) {
    assertThat(parsed)
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid -> {
              assertThat(invalid.field()).isEqualTo(field);
              assertThat(invalid.reason()).isEqualTo(reason);
            });
  }

  private static Parsed<RunSpec> parse(String fields) {
    return RunSpec.parse(Samples.json("{" + fields.replace('\'', '"') + "}"));
  }
}
