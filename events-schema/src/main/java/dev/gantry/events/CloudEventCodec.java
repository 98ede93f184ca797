package dev.gantry.events;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events as Kafka records: written as structured CloudEvents 1.0 (JSON), read as structured or
 * binary ones (CloudEvents Kafka protocol binding 1.0.2). Safe for use by many threads.
 */
public final class CloudEventCodec {
  /** What a value that {@link #encode} makes is called in the header {@code content-type}. */
  public static final String CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";

  private static final Pattern IDENTITY = Pattern.compile("[^\\p{Cntrl}\\p{Cs}]{1,1024}");
  private static final Pattern SEQUENCE = Pattern.compile("[1-9][0-9]{0,17}");
  private static final DateTimeFormatter MICROS =
      new DateTimeFormatterBuilder().appendInstant(6).toFormatter();
  private static final Map<Class<? extends Event>, Function<JsonNode, Parsed<? extends Event>>>
      REQUESTS =
          Map.ofEntries(
              Map.entry(
                  RunRequest.Requested.class,
                  data -> RunSpec.parse(data).map(RunRequest.Requested::new)),
              Map.entry(RunRequest.StopRequested.class, RunRequest.StopRequested::parse),
              Map.entry(RunRequest.RemoveRequested.class, RunRequest.RemoveRequested::parse),
              Map.entry(RunRequest.KillRequested.class, RunRequest.KillRequested::parse),
              Map.entry(RunRequest.PauseRequested.class, RunRequest.PauseRequested::parse),
              Map.entry(RunRequest.UnpauseRequested.class, RunRequest.UnpauseRequested::parse),
              Map.entry(RunRequest.RestartRequested.class, RunRequest.RestartRequested::parse),
              Map.entry(RunRequest.UpdateRequested.class, RunRequest.UpdateRequested::parse),
              Map.entry(
                  BuildRequest.Requested.class,
                  data -> BuildSpec.parse(data).map(BuildRequest.Requested::new)),
              Map.entry(BuildRequest.CancelRequested.class, BuildRequest.CancelRequested::parse));

  private final InstantSource clock;

  /** With the system's clock. */
  public CloudEventCodec() {
    this(InstantSource.system());
  }

  /** With a clock for requests that say no time. */
  public CloudEventCodec(InstantSource clock) {
    this.clock = clock;
  }

  /** The value of the record. */
  public byte[] encode(Envelope<?> envelope) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = EventJson.MAPPER.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("specversion", "1.0");
      json.writeStringField("id", envelope.id());
      json.writeStringField("source", envelope.source().toString());
      json.writeStringField("type", envelope.type().name());
      write(json, "subject", envelope.subject());
      json.writeStringField("time", MICROS.format(envelope.time()));
      json.writeStringField("datacontenttype", "application/json");
      Long sequence = envelope.sequence();
      write(json, "sequence", sequence == null ? null : sequence.toString());
      write(json, "causationid", envelope.causationId());
      write(json, "correlationid", envelope.correlationId());
      write(json, "traceparent", envelope.traceparent());
      json.writePOJOField("data", envelope.data());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail, so the event cannot be JSON", e);
    }
    return out.toByteArray();
  }

  /** The headers that go with every value that {@link #encode} makes. */
  public static Map<String, byte[]> headers() {
    return Map.of(RawCloudEvent.CONTENT_TYPE, CONTENT_TYPE.getBytes(StandardCharsets.UTF_8));
  }

  /** What a record holds; never throws, whatever was sent. */
  public Decoded decode(byte @Nullable [] value, Map<String, byte[]> headers) {
    return switch (RawCloudEvent.read(value, headers)) {
      case RawCloudEvent.Read.Nothing(ReasonCode reason, String detail) ->
          new Decoded.Malformed(reason, detail);
      case RawCloudEvent.Read.Event(RawCloudEvent raw) -> interpret(raw);
    };
  }

  private Decoded interpret(RawCloudEvent raw) {
    String version = raw.attributes().getOrDefault("specversion", "");
    String id = raw.attributes().getOrDefault("id", "");
    String typeName = raw.attributes().getOrDefault("type", "");
    URI source = source(raw.attributes().getOrDefault("source", ""));
    if (!version.equals("1.0")) {
      return malformed("specversion is " + Text.quoted(version) + ", not \"1.0\"");
    }
    if (!IDENTITY.matcher(id).matches() || source == null) {
      return malformed("id and source are required: text of at most 1024 characters, and a URI");
    }
    Optional<EventType> type = EventType.named(typeName);
    if (type.isEmpty()) {
      return new Decoded.Malformed(
          ReasonCode.UNKNOWN_EVENT_TYPE, "the type is " + Text.quoted(typeName));
    }
    if (!raw.data().isObject()) {
      return new Decoded.Malformed(ReasonCode.INVALID_DATA, "data is not a JSON object");
    }
    return decode(raw, id, source, type.get());
  }

  private Decoded decode(RawCloudEvent raw, String id, URI source, EventType type) {
    Map<String, String> attributes = raw.attributes();
    Instant time = time(attributes.get("time"));
    String sequence = attributes.get("sequence");
    Parsed<? extends Event> data =
        time == null
            ? new Parsed.Invalid<>("time", ReasonCode.INVALID_FIELD, "time is not an RFC 3339 time")
            : sequence != null && !SEQUENCE.matcher(sequence).matches()
                ? new Parsed.Invalid<>(
                    "sequence", ReasonCode.INVALID_FIELD, "sequence is not a number from 1")
                : data(type, raw.data());
    String correlationId = attributes.get("correlationid");
    String traceparent = attributes.get("traceparent");
    return switch (data) {
      case Parsed.Valid<? extends Event>(Event event) ->
          new Decoded.Ok(
              new Envelope<>(
                  id,
                  source,
                  time == null ? now() : time,
                  attributes.get("subject"),
                  sequence == null ? null : Long.valueOf(sequence),
                  attributes.get("causationid"),
                  correlationId,
                  traceparent,
                  event));
      case Parsed.Invalid<? extends Event>(String field, ReasonCode reason, String message) ->
          type.family().isRequest()
              ? new Decoded.Refused(
                  id,
                  source,
                  type,
                  time == null ? now() : time,
                  correlationId,
                  traceparent,
                  raw.data(),
                  new Parsed.Invalid<>(field, reason, message))
              : new Decoded.Malformed(ReasonCode.INVALID_DATA, message);
    };
  }

  private static Parsed<? extends Event> data(EventType type, JsonNode data) {
    Function<JsonNode, Parsed<? extends Event>> request = REQUESTS.get(type.payload());
    if (request != null) {
      return request.apply(data);
    }
    try {
      Event event = EventJson.MAPPER.treeToValue(data, type.payload());
      Optional<String> missing = Required.missing(event);
      return missing.isPresent()
          ? new Parsed.Invalid<>(
              missing.get(), ReasonCode.MISSING_FIELD, missing.get() + " is required")
          : new Parsed.Valid<>(event);
    } catch (JsonProcessingException e) {
      return Parsed.invalid("data is no " + type.name() + ": " + e.getOriginalMessage());
    }
  }

  private @Nullable Instant time(@Nullable String text) {
    if (text == null) {
      return now();
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static @Nullable URI source(String text) {
    try {
      return IDENTITY.matcher(text).matches() ? new URI(text) : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static void write(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  private static Decoded malformed(String detail) {
    return new Decoded.Malformed(ReasonCode.INVALID_CLOUD_EVENT, detail);
  }
}
