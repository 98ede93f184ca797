package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small grammars inside requests: ports, sizes, signals, ids. */
class GrammarTest {

  @ParameterizedTest
  @CsvSource({
    "80, 80/tcp",
    "8080:80, 8080:80/tcp",
    ":80, 80/tcp",
    "0:80, 80/tcp",
    "127.0.0.1:8080:80, 127.0.0.1:8080:80/tcp",
    "127.0.0.1::80, 127.0.0.1::80/tcp",
    "0.0.0.0:53:53/udp, 0.0.0.0:53:53/udp",
    "53/UDP, 53/udp",
    "65535:65535/tcp, 65535:65535/tcp",
    "8000-8010:80-90, 8000-8010:80-90/tcp",
    "127.0.0.1:53-54:53-54/udp, 127.0.0.1:53-54:53-54/udp",
    "80-82, 80-82/tcp",
    "0:80-82, 80-82/tcp"
  })
  void aPortIsReadAndWritten(String text, String written) {
    assertThat(Samples.value(PortMapping.parse(text))).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "0",
        "65536",
        "8080:0",
        "70000:80",
        "-1:80",
        "80/sctp",
        "80/",
        "a:b",
        "1:2:3",
        "256.0.0.1:80:80",
        "1.2.3:80:80",
        "127.0.0.1:80:",
        "8000-8010:80",
        "8000-8010:80-81",
        "8000:80-81",
        "8010-8000:80-90",
        "65535-65536:1-2",
        "0-1:80-81",
        "80-",
        "-80",
        "[::1]:80:80",
        " 80",
        "80\n",
        "99999999999"
      })
  void whatIsNoPortIsRefused(String text) {
    assertThat(PortMapping.parse(text)).isInstanceOf(Parsed.Invalid.class);
  }

  @Test
  void aRangeIsItsPorts() {
    assertThat(Samples.value(PortMapping.parse("127.0.0.1:8000-8001:80-81/udp")).each())
        .containsExactly(
            new PortMapping("127.0.0.1", 8000, 80, Protocol.UDP),
            new PortMapping("127.0.0.1", 8001, 81, Protocol.UDP));
  }

  @ParameterizedTest
  @CsvSource({
    "no, no",
    "always, always",
    "unless-stopped, unless-stopped",
    "on-failure, on-failure",
    "on-failure:0, on-failure",
    "on-failure:3, on-failure:3"
  })
  void aRestartPolicyIsReadAndWritten(String text, String written) {
    assertThat(Samples.value(RestartPolicy.parse(text))).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "never", "on-failure:", "on-failure:-1", "always:3", "Always"})
  void whatIsNoRestartPolicyIsRefused(String text) {
    assertThat(RestartPolicy.parse(text)).isInstanceOf(Parsed.Invalid.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1024, 1024",
    "1b, 1",
    "64k, 65536",
    "64m, 67108864",
    "64M, 67108864",
    "64MB, 67108864",
    "64MiB, 67108864",
    "1.5g, 1610612736",
    "1 GiB, 1073741824",
    "2t, 2199023255552"
  })
  void aSizeIsInPowersOf1024(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(new Parsed.Valid<>(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "m", "-1", "1e3", "0x10", "64 megabytes", "1.2.3", "9999999999999999t", "NaN"})
  void whatIsNoSizeIsRefused(String text) {
    assertThat(ByteSize.parse(text)).isInstanceOf(Parsed.Invalid.class);
  }

  @ParameterizedTest
  @CsvSource({
    "TERM, SIGTERM, 15",
    "SIGTERM, SIGTERM, 15",
    "sigint, SIGINT, 2",
    "9, SIGKILL, 9",
    "40, 40, 40",
    "SIGRTMIN+3, SIGRTMIN+3, 37",
    "RTMAX-1, SIGRTMAX-1, 63"
  })
  void aSignalHasNameAndNumber(String text, String name, int number) {
    assertThat(Signal.parse(text)).isEqualTo(new Parsed.Valid<>(new Signal(name, number)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65", "SIG", "SIGSIGTERM", "15 ", "RTMIN+99", "TERMINATE"})
  void whatIsNoSignalIsRefused(String text) {
    assertThat(Signal.parse(text)).isInstanceOf(Parsed.Invalid.class);
  }

  @Test
  void theSameRequestAlwaysNamesTheSameEntity() {
    assertThat(EntityId.derive(EntityId.Kind.RUN, "/ci", "42"))
        .hasToString("8d11d9baa6f472b1b423df163b2a3237")
        .isNotEqualTo(EntityId.derive(EntityId.Kind.BUILD, "/ci", "42"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "ABCDEF0123456789ABCDEF0123456789"})
  void whatIsNoIdIsNone(String text) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> new EntityId(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void buildRequestsAreReadLikeRunRequests() {
    assertThat(BuildSpec.parse(Samples.json("{\"tags\":[\"a@sha256:1\"]}")))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid -> assertThat(invalid.reason()).isEqualTo(ReasonCode.MISSING_FIELD));
  }
}
