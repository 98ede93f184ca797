package dev.gantry.dashboard.view;

import static dev.gantry.dashboard.view.Views.JSON;
import static dev.gantry.dashboard.view.Views.STATE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.ImageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A repository: its tags, and its manifests. Of manifests without a tag only the latest are kept,
 * for the tags that may follow their push.
 */
final class RepositoryView {
  private static final int UNTAGGED_MAX = 50;
  private static final String TAGS = "tags";
  private static final String MANIFESTS = "manifests";

  private RepositoryView() {}

  static void fold(ObjectNode repository, ImageEvent event, Instant time) {
    repository.put("repository", event.repository()).put(STATE, "present");
    ObjectNode tags = repository.withObjectProperty(TAGS);
    ObjectNode manifests = repository.withObjectProperty(MANIFESTS);
    switch (event) {
      case ImageEvent.Pushed e -> {
        manifests.remove(e.digest());
        ObjectNode manifest = manifests.putObject(e.digest());
        manifest
            .put("mediaType", e.mediaType())
            .put("sizeBytes", e.sizeBytes())
            .put("pushedAt", time.toString());
        if (e.platforms() != null) {
          manifest.set("platforms", JSON.valueToTree(e.platforms()));
        }
      }
      case ImageEvent.Tagged e ->
          tags.putObject(e.tag()).put("digest", e.digest()).put("taggedAt", time.toString());
      case ImageEvent.Untagged e -> tags.remove(e.tag());
      case ImageEvent.Deleted e -> {
        manifests.remove(e.digest());
        tags.properties().removeIf(tag -> digest(tag.getValue()).equals(e.digest()));
      }
    }
    forgetUntagged(tags, manifests);
  }

  /** The images of a repository as a list shows them: one a tag. */
  static List<ObjectNode> images(JsonNode repository) {
    List<ObjectNode> images = new ArrayList<>();
    repository
        .path(TAGS)
        .properties()
        .forEach(
            tag -> {
              ObjectNode image = JSON.createObjectNode();
              image
                  .put("repository", repository.path("repository").asText())
                  .put("tag", tag.getKey());
              image.setAll((ObjectNode) tag.getValue());
              JsonNode manifest = repository.path(MANIFESTS).path(digest(tag.getValue()));
              if (manifest instanceof ObjectNode known) {
                image.setAll(known);
              }
              images.add(image);
            });
    return images;
  }

  private static void forgetUntagged(ObjectNode tags, ObjectNode manifests) {
    Set<String> tagged = new HashSet<>();
    tags.forEach(tag -> tagged.add(digest(tag)));
    List<String> untagged = new ArrayList<>();
    manifests.fieldNames().forEachRemaining(untagged::add);
    untagged.removeAll(tagged);
    if (untagged.size() > UNTAGGED_MAX) {
      manifests.remove(untagged.subList(0, untagged.size() - UNTAGGED_MAX));
    }
  }

  private static String digest(JsonNode tag) {
    return tag.path("digest").asText();
  }
}
