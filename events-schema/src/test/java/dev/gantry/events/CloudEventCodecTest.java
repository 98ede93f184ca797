package dev.gantry.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventCodecTest {
  private static final Instant NOW = Instant.parse("2026-05-05T05:05:05Z");
  private static final String REQUEST =
      """
      {"specversion":"1.0","id":"42","source":"/ci","type":"dev.gantry.run.requested.v1",
       "data":{"image":"hello:1","publish":["8080:80"]}}
      """;

  private final CloudEventCodec codec = new CloudEventCodec(InstantSource.fixed(NOW));

  private static Stream<Event> events() {
    return Stream.concat(Samples.full().stream(), Samples.bare().stream());
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatIsWrittenIsReadBack(Event event) {
    Envelope<Event> envelope = Samples.fact(event);

    assertThat(codec.decode(codec.encode(envelope), CloudEventCodec.headers()))
        .isEqualTo(new Decoded.Ok(envelope));
  }

  @Test
  void aFactIsReadableByPeople() {
    Envelope<Event> envelope = Samples.fact(new BuildEvent.Started("h1", 1));

    assertThat(new String(codec.encode(envelope), UTF_8))
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"subject-7\",\"source\":\"/gantry/test/h1\","
                + "\"type\":\"dev.gantry.build.started.v1\",\"subject\":\"subject\","
                + "\"time\":\"2026-01-02T03:04:05.678901Z\","
                + "\"datacontenttype\":\"application/json\",\"sequence\":\"7\","
                + "\"causationid\":\"cause\",\"correlationid\":\"correlation\","
                + "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\","
                + "\"data\":{\"host\":\"h1\",\"attempt\":1}}");
  }

  @Test
  void whatEveryFactOfARunSaysIsFieldsOfItsData() {
    Event event =
        new RunEvent.Placed(new RunEvent.About("h1", new RunEvent.Image("hello:1", null), "web"));

    assertThat(new String(codec.encode(Samples.fact(event)), UTF_8))
        .endsWith(
            "\"data\":{\"host\":\"h1\",\"image\":{\"reference\":\"hello:1\"},\"name\":\"web\"}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/cloudevents+json",
        "application/cloudevents+json; charset=utf-8",
        "Application/CloudEvents+JSON;charset=UTF-8",
        "application/json",
        "text/plain",
        ""
      })
  void aStructuredRequestIsRecognisedWhateverItIsCalled(String contentType) {
    assertThat(run(codec.decode(REQUEST.getBytes(UTF_8), headers("content-type", contentType))))
        .returns("hello:1", RunSpec::image);
  }

  @Test
  void aRequestWithoutHeadersIsRecognised() {
    assertThat(run(codec.decode(REQUEST.getBytes(UTF_8), Map.of())).networking().publish())
        .containsExactly(new PortMapping(null, 8080, 80, Protocol.TCP));
  }

  @Test
  void aBinaryRequestIsRecognised() {
    Decoded decoded =
        codec.decode(
            "{\"image\":\"hello:1\"}".getBytes(UTF_8),
            headers(
                "content-type", "application/json",
                "ce_specversion", "1.0",
                "ce_id", "42",
                "ce_source", "/ci",
                "ce_type", "dev.gantry.run.requested.v1",
                "ce_correlationid", "c"));

    assertThat(decoded)
        .asInstanceOf(InstanceOfAssertFactories.type(Decoded.Ok.class))
        .extracting(ok -> ok.envelope().correlationId(), ok -> ok.envelope().id())
        .containsExactly("c", "42");
  }

  @Test
  void dataInBase64IsRead() {
    String value =
        REQUEST.replaceFirst("\"data\":.*}}", "\"data_base64\":\"eyJpbWFnZSI6ImEifQ==\"}");

    assertThat(run(codec.decode(value.getBytes(UTF_8), Map.of())).image()).isEqualTo("a");
  }

  @Test
  void aRequestWithoutTimeHappenedWhenItWasDecoded() {
    assertThat(codec.decode(REQUEST.getBytes(UTF_8), Map.of()))
        .asInstanceOf(InstanceOfAssertFactories.type(Decoded.Ok.class))
        .returns(NOW, ok -> ok.envelope().time());
  }

  @Test
  void unknownExtensionsAreNoReasonToRefuse() {
    String value = REQUEST.replace("\"id\"", "\"partitionkey\":\"x\",\"level\":3,\"id\"");

    assertThat(codec.decode(value.getBytes(UTF_8), Map.of())).isInstanceOf(Decoded.Ok.class);
  }

  private static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("", ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of("nonsense", ReasonCode.INVALID_JSON),
        Arguments.of("\u0000\u0001\u0002", ReasonCode.INVALID_JSON),
        Arguments.of(REQUEST + "{}", ReasonCode.INVALID_JSON),
        Arguments.of("{\"specversion\":\"1.0\",\"specversion\":\"1.0\"}", ReasonCode.INVALID_JSON),
        Arguments.of("[".repeat(100_000), ReasonCode.INVALID_JSON),
        Arguments.of("{\"a\":".repeat(100_000), ReasonCode.INVALID_JSON),
        Arguments.of("\"" + "x".repeat(2 << 20) + "\"", ReasonCode.PAYLOAD_TOO_LARGE),
        Arguments.of("null", ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of("42", ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of("[" + REQUEST + "]", ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of("{}", ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of(without("id"), ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of(without("source"), ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of(with("\"source\":\"not a uri\""), ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of(with("\"id\":7"), ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of(with("\"id\":\"\""), ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of(with("\"specversion\":\"0.3\""), ReasonCode.INVALID_CLOUD_EVENT),
        Arguments.of(without("type"), ReasonCode.UNKNOWN_EVENT_TYPE),
        Arguments.of(
            with("\"type\":\"dev.gantry.run.exploded.v1\""), ReasonCode.UNKNOWN_EVENT_TYPE),
        Arguments.of(with("\"datacontenttype\":\"text/xml\""), ReasonCode.UNSUPPORTED_MEDIA_TYPE),
        Arguments.of(without("data"), ReasonCode.INVALID_DATA),
        Arguments.of(with("\"data\":[1]"), ReasonCode.INVALID_DATA),
        Arguments.of(with("\"data\":\"text\""), ReasonCode.INVALID_DATA));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatCannotBeAnsweredIsMalformed(String value, ReasonCode reason) {
    assertThat(codec.decode(value.getBytes(UTF_8), Map.of()))
        .asInstanceOf(InstanceOfAssertFactories.type(Decoded.Malformed.class))
        .returns(reason, Decoded.Malformed::reason);
  }

  @Test
  void aTombstoneIsMalformed() {
    assertThat(codec.decode(null, Map.of())).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void invalidUtf8IsMalformed() {
    byte[] value = {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'};

    assertThat(codec.decode(value, Map.of())).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void aBatchIsMalformed() {
    assertThat(
            codec.decode(
                REQUEST.getBytes(UTF_8),
                headers("content-type", "application/cloudevents-batch+json")))
        .isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void aFactThatLacksAFieldIsMalformed() {
    String value =
        with("\"type\":\"dev.gantry.run.exited.v1\"")
            .replaceFirst("\"data\":.*}}", "\"data\":{\"host\":\"h1\"}}");

    assertThat(codec.decode(value.getBytes(UTF_8), Map.of())).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void aFactOfANewerVersionIsRead() {
    String value =
        with("\"type\":\"dev.gantry.run.lost.v1\"")
            .replaceFirst(
                "\"data\":.*}}",
                "\"data\":{\"host\":\"h1\",\"reason\":\"SWALLOWED_BY_A_WHALE\",\"whale\":1}}");

    assertThat(codec.decode(value.getBytes(UTF_8), Map.of()))
        .asInstanceOf(InstanceOfAssertFactories.type(Decoded.Ok.class))
        .extracting(ok -> ((RunEvent.Lost) ok.envelope().data()).reason())
        .isEqualTo(ReasonCode.OTHER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                    | image            | MISSING_FIELD",
        "{\"image\":\"a\",\"imaeg\":\"b\"}     | imaeg            | UNKNOWN_FIELD",
        "{\"image\":\"a\",\"resources\":{\"memory\":\"1x\"}} | resources.memory | INVALID_FIELD"
      })
  void aRequestThatCannotBeHonouredIsRefusedUnderItsOwnIdentity(
      String data, String field, ReasonCode reason) {
    String value = REQUEST.replaceFirst("\"data\":.*}}", "\"data\":" + data.replace("$", "") + "}");

    assertThat(codec.decode(value.getBytes(UTF_8), Map.of()))
        .asInstanceOf(InstanceOfAssertFactories.type(Decoded.Refused.class))
        .extracting(Decoded.Refused::id, r -> r.problem().field(), r -> r.problem().reason())
        .containsExactly("42", field, reason);
  }

  @Test
  void aTimeThatIsNoneIsRefused() {
    assertThat(codec.decode(with("\"time\":\"yesterday\"").getBytes(UTF_8), Map.of()))
        .asInstanceOf(InstanceOfAssertFactories.type(Decoded.Refused.class))
        .returns("time", refused -> refused.problem().field());
  }

  @Test
  void aStopRequestThatNamesNoRunIsRefused() {
    String value =
        with("\"type\":\"dev.gantry.run.stop-requested.v1\"")
            .replaceFirst("\"data\":.*}}", "\"data\":{}}");

    assertThat(codec.decode(value.getBytes(UTF_8), Map.of()))
        .asInstanceOf(InstanceOfAssertFactories.type(Decoded.Refused.class))
        .returns("run", refused -> refused.problem().field());
  }

  private static RunSpec run(Decoded decoded) {
    Decoded.Ok ok = (Decoded.Ok) decoded;
    return ((RunRequest.Requested) ok.envelope().data()).spec();
  }

  private static String without(String attribute) {
    com.fasterxml.jackson.databind.node.ObjectNode json =
        (com.fasterxml.jackson.databind.node.ObjectNode) Samples.json(REQUEST);
    json.remove(attribute);
    return json.toString();
  }

  private static String with(String field) {
    com.fasterxml.jackson.databind.node.ObjectNode json =
        (com.fasterxml.jackson.databind.node.ObjectNode) Samples.json(REQUEST);
    json.setAll((com.fasterxml.jackson.databind.node.ObjectNode) Samples.json("{" + field + "}"));
    return json.toString();
  }

  private static Map<String, byte[]> headers(String... pairs) {
    Map<String, byte[]> headers = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.put(pairs[i], pairs[i + 1].getBytes(UTF_8));
    }
    return headers;
  }
}
