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
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                null,
                Map.of(),
                Resources.UNLIMITED,
                List.of(),
                RunSpec.Network.DEFAULT,
                false,
                null,
                10,
                false));
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
    assertThat(Samples.value(parse("'image': 'a', 'env': {'A': '1', 'B': 2, 'C': true}")).env())
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
        "'image': 'a', 'network': 'host'           | network          | INVALID_FIELD",
        "'image': 'a', 'network': 'none', 'publish': ['80'] | publish | INVALID_FIELD",
        "'image': 'a', 'readOnlyRootfs': 'true'    | readOnlyRootfs   | INVALID_FIELD",
        "'image': 'a', 'stopSignal': 'SIGNAL'      | stopSignal       | INVALID_FIELD",
        "'image': 'a', 'stopGraceSeconds': -1      | stopGraceSeconds | INVALID_FIELD",
        "'image': 'a', 'stopGraceSeconds': 99999999999 | stopGraceSeconds | INVALID_FIELD",
        "'image': 'a', 'volumes': ['/:/host']      | volumes          | UNKNOWN_FIELD",
        "'image': 'a', 'privileged': true          | privileged       | UNKNOWN_FIELD"
      },
      quoteCharacter = '`')
  void aBadFieldIsNamed(String fields, String field, ReasonCode reason) {
    Parsed<RunSpec> parsed = parse(fields);

    assertThat(parsed)
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid -> {
              assertThat(invalid.field()).isEqualTo(field);
              assertThat(invalid.reason()).isEqualTo(reason);
            });
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
                    .startsWith("imgae is not a field here; known are command, entrypoint, env,"));
  }

  @Test
  void hostileTextIsShownBoundedAndWithoutControlCharacters() {
    assertThat(parse("'image': '\\u001b[31m" + "x".repeat(100_000) + "'"))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid -> assertThat(invalid.message()).hasSizeLessThan(300).doesNotContain("\u001b"));
  }

  private static Parsed<RunSpec> parse(String fields) {
    return RunSpec.parse(Samples.json("{" + fields.replace('\'', '"') + "}"));
  }
}
