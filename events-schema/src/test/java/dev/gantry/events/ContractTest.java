package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records, JSON Schemas and the AsyncAPI document say the same. */
class ContractTest {
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private static final CloudEventCodec CODEC = new CloudEventCodec();

  @Test
  void thereIsASampleOfEveryType() {
    assertThat(Samples.full().stream().map(EventType::of))
        .containsExactlyInAnyOrderElementsOf(EventType.all());
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyComponentOfTheRecordIsInTheSchemaAndTheReverse(EventType type) {
    assertThat(names(schema(type).path("properties").fieldNames()))
        .isEqualTo(properties(type.payload()).collect(asSet()));
  }

  @ParameterizedTest
  @MethodSource("facts")
  void whatTheRecordRequiresTheSchemaRequires(EventType type) {
    assertThat(
            StreamSupport.stream(schema(type).path("required").spliterator(), false)
                .map(JsonNode::textValue)
                .collect(asSet()))
        .isEqualTo(
            components(type.payload())
                .filter(Required::isRequired)
                .map(ContractTest::name)
                .collect(asSet()));
  }

  @ParameterizedTest
  @MethodSource("types")
  void schemasOfRequestsAreClosedAndThoseOfFactsOpen(EventType type) {
    assertThat(schema(type).path("additionalProperties").asText("open"))
        .isEqualTo(type.family().isRequest() ? "false" : "open");
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatIsEncodedMatchesTheSchemaOfItsType(Event event) {
    JsonNode encoded = encode(event);

    assertThat(schemaOf(EventType.of(event).name()).validate(encoded.path("data"))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatIsEncodedMatchesTheSchemaOfTheEnvelope(Event event) {
    assertThat(schemaOf(Schemas.ENVELOPE).validate(encode(event))).isEmpty();
  }

  @Test
  void asyncApiPutsEveryTypeOnItsTopic() throws Exception {
    JsonNode document = new YAMLMapper().readTree(Schemas.asyncApi());
    Set<String> documented = new TreeSet<>();
    for (JsonNode channel : document.path("channels")) {
      for (JsonNode message : channel.path("messages")) {
        String key = message.path("$ref").asText().replaceFirst(".*/", "");
        JsonNode definition = document.path("components").path("messages").path(key);
        documented.add(channel.path("address").asText() + ' ' + definition.path("name").asText());
      }
    }

    assertThat(documented)
        .isEqualTo(
            EventType.all().stream()
                .map(type -> Topics.of(type) + ' ' + type.name())
                .collect(asSet()));
  }

  @Test
  void asyncApiPointsToTheSchemaOfEachType() throws Exception {
    JsonNode messages =
        new YAMLMapper().readTree(Schemas.asyncApi()).path("components").path("messages");

    assertThat(messages)
        .allSatisfy(
            message ->
                assertThat(message.toString())
                    .contains(
                        "\"const\":\"" + message.path("name").asText() + '"',
                        "./schemas/" + message.path("name").asText() + ".json"));
  }

  @Test
  void asyncApiSaysHowManyPartitionsATopicHas() throws Exception {
    JsonNode channels = new YAMLMapper().readTree(Schemas.asyncApi()).path("channels");

    assertThat(channels)
        .allSatisfy(
            channel ->
                assertThat(channel.at("/bindings/kafka/partitions").asInt())
                    .isEqualTo(Topics.partitions(channel.path("address").asText())));
  }

  private static Collection<EventType> types() {
    return EventType.all();
  }

  private static Stream<EventType> facts() {
    return EventType.all().stream().filter(type -> !type.family().isRequest());
  }

  private static Stream<Event> events() {
    return Stream.concat(Samples.full().stream(), Samples.bare().stream());
  }

  private static JsonNode encode(Event event) {
    return Samples.json(
        new String(CODEC.encode(Samples.fact(event)), java.nio.charset.StandardCharsets.UTF_8));
  }

  private static JsonNode schema(EventType type) {
    return Samples.json(Schemas.of(type));
  }

  private static JsonSchema schemaOf(String name) {
    return SCHEMAS.getSchema(Schemas.named(name).orElseThrow());
  }

  /** The components whose values are fields of the data, those of unwrapped ones included. */
  private static Stream<RecordComponent> components(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .flatMap(
            component ->
                component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)
                        || component.getAccessor().isAnnotationPresent(JsonValue.class)
                    ? components(component.getType())
                    : Stream.of(component));
  }

  /** Those of the components, and what methods add. */
  private static Stream<String> properties(Class<?> record) {
    Stream<String> added =
        Arrays.stream(record.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(JsonProperty.class))
            .map(method -> method.getAnnotation(JsonProperty.class).value())
            .filter(name -> !name.isEmpty());
    Stream<String> own =
        Arrays.stream(record.getRecordComponents())
            .filter(component -> !component.getAccessor().isAnnotationPresent(JsonIgnore.class))
            .flatMap(
                component ->
                    component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)
                            || component.getAccessor().isAnnotationPresent(JsonValue.class)
                        ? properties(component.getType())
                        : Stream.of(name(component)));
    return Stream.concat(own, added);
  }

  private static String name(RecordComponent component) {
    JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
    return property == null ? component.getName() : property.value();
  }

  private static Set<String> names(java.util.Iterator<String> names) {
    Set<String> all = new TreeSet<>();
    names.forEachRemaining(all::add);
    return all;
  }

  private static java.util.stream.Collector<String, ?, Set<String>> asSet() {
    return Collectors.toCollection(TreeSet::new);
  }
}
