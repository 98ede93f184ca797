package dev.gantry.build.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Results of steps in the form in which hosts give them to each other: JSON, beside the layers in
 * one repository.
 */
public record CacheDocument(List<Item> items) {
  /** What the document is. */
  public static final String MEDIA_TYPE = "application/vnd.gantry.cache.v1+json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ITEMS_MAX = 10_000;

  /** Copies the list. */
  public CacheDocument {
    items = List.copyOf(items);
  }

  /**
   * A result.
   *
   * @param slot the place in a Dockerfile that had it last
   * @param inputs {@link StepInputs#brief}
   */
  public record Item(String slot, CacheKey key, StepInputs inputs, CacheEntry entry) {}

  /** The document; the same items make the same bytes. */
  public byte[] bytes() throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("results");
    for (Item item : items) {
      ObjectNode node = list.addObject();
      node.put("slot", item.slot());
      node.put("key", item.key().value());
      ObjectNode inputs = node.putObject("inputs");
      inputs.put("parent", item.inputs().parent());
      inputs.put("instruction", item.inputs().instruction());
      inputs.set("values", JSON.valueToTree(new TreeMap<>(item.inputs().values())));
      inputs.set("sources", JSON.valueToTree(new TreeMap<>(item.inputs().sources())));
      node.put("chain", item.entry().chain());
      node.put("createdAt", item.entry().createdAt().toString());
      item.entry().layer().ifPresent(layer -> node.set("layer", CacheRows.write(layer)));
    }
    return JSON.writeValueAsBytes(root);
  }

  /**
   * Reads what {@link #bytes} wrote.
   *
   * @param repository where the layers are, whatever the document says
   * @throws IOException when it is something else
   */
  public static CacheDocument parse(byte[] bytes, String repository) throws IOException {
    List<Item> items = new ArrayList<>();
    try {
      for (JsonNode node : JSON.readTree(bytes).path("results")) {
        if (items.size() == ITEMS_MAX) {
          throw new IOException("a cache with more than " + ITEMS_MAX + " results");
        }
        items.add(item(node, repository));
      }
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw new IOException("not a cache: " + e.getMessage(), e);
    }
    return new CacheDocument(items);
  }

  private static Item item(JsonNode node, String repository) throws JsonProcessingException {
    Optional<CachedLayer> layer = Optional.empty();
    if (node.has("layer")) {
      CachedLayer read = CacheRows.read(node.get("layer"));
      layer = Optional.of(new CachedLayer(read.blob(), read.diffId(), repository));
    }
    JsonNode inputs = node.required("inputs");
    return new Item(
        node.required("slot").asText(),
        new CacheKey(node.required("key").asText()),
        new StepInputs(
            inputs.required("parent").asText(),
            inputs.required("instruction").asText(),
            texts(inputs.required("values")),
            texts(inputs.required("sources"))),
        new CacheEntry(
            node.required("chain").asText(),
            layer,
            Instant.parse(node.required("createdAt").asText())));
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }
}
