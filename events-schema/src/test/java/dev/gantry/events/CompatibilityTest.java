package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was said by the first version is understood today, and what is said today is understood by
 * those who know the first version. Below {@code released} are its schemas and an event of each
 * type as it wrote them; they never change.
 */
class CompatibilityTest {
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  @ParameterizedTest
  @MethodSource("releasedEvents")
  void anEventOfTheFirstVersionIsUnderstood(String event) {
    assertThat(new CloudEventCodec().decode(event.getBytes(StandardCharsets.UTF_8), Map.of()))
        .isInstanceOf(Decoded.Ok.class);
  }

  @ParameterizedTest
  @MethodSource("releasedEvents")
  void anEventOfTheFirstVersionMatchesTheSchemaOfToday(String event) {
    JsonNode json = Samples.json(event);

    assertThat(
            SCHEMAS
                .getSchema(Schemas.named(json.path("type").asText()).orElseThrow())
                .validate(json.path("data")))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("factsOfReleasedTypes")
  void aFactOfTodayMatchesTheSchemaOfTheFirstVersion(Event fact) {
    JsonSchema released = SCHEMAS.getSchema(released(EventType.of(fact).name()));

    assertThat(released.validate(EventJson.tree(fact))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("factsOfReleasedTypes")
  void noFactPromisesLessThanInTheFirstVersion(Event fact) {
    JsonNode released = Samples.json(released(EventType.of(fact).name()));
    JsonNode today = Samples.json(Schemas.of(EventType.of(fact)));

    assertThat(today.path("required")).containsAll(released.path("required"));
  }

  private static Stream<String> releasedEvents() {
    return Objects.requireNonNull(resource("/released/events.jsonl")).lines();
  }

  private static Stream<Event> factsOfReleasedTypes() {
    return Stream.concat(Samples.full().stream(), Samples.bare().stream())
        .filter(event -> !EventType.of(event).family().isRequest())
        .filter(event -> resource(path(EventType.of(event).name())) != null);
  }

  private static String released(String type) {
    return Objects.requireNonNull(resource(path(type)));
  }

  private static String path(String type) {
    return "/released/schemas/" + type + ".json";
  }

  private static @Nullable String resource(String path) {
    try (InputStream in = CompatibilityTest.class.getResourceAsStream(path)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
