package dev.gantry.image.listing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.image.blob.BlobLinkRepository;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StoredBlob;
import dev.gantry.image.manifest.ManifestEntity;
import dev.gantry.image.manifest.ManifestRepository;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.oci.content.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** An image as people look into it: what its manifest and its config say, and who points to it. */
@ApplicationScoped
public class DetailMapper {
  private static final int CONFIG_BYTES_MAX = 4 * 1024 * 1024;
  private static final int REFERRERS_MAX = 100;
  private static final JsonMapper JSON = new JsonMapper();

  private final ManifestRepository manifests;
  private final BlobLinkRepository links;
  private final BlobStore store;

  DetailMapper(ManifestRepository manifests, BlobLinkRepository links, BlobStore store) {
    this.manifests = manifests;
    this.links = links;
    this.store = store;
  }

  /** What is too large or no JSON is left out. */
  ObjectNode of(RepositoryName repository, ManifestEntity manifest) throws IOException {
    JsonNode content = JSON.readTree(manifest.content());
    ObjectNode detail = JSON.createObjectNode();
    detail.put("repository", repository.value()).put("digest", manifest.digest());
    detail.put("mediaType", manifest.mediaType());
    manifest.artifactType().ifPresent(type -> detail.put("artifactType", type));
    detail.put("sizeBytes", manifest.imageBytes());
    detail.put("pushedAt", manifest.pushedAt().toString());
    ArrayNode tags = detail.putArray("tags");
    manifests.tagsOf(repository, manifest.digest()).forEach(tags::add);
    ArrayNode platforms = detail.putArray("platforms");
    manifest.platforms().forEach(platforms::add);
    for (String field : new String[] {"annotations", "subject", "layers", "manifests"}) {
      if (content.has(field)) {
        detail.set(field, content.path(field));
      }
    }
    Optional<JsonNode> config = config(repository, content.path("config"));
    if (config.isPresent()) {
      for (String field : new String[] {"config", "created", "history"}) {
        if (config.get().has(field)) {
          detail.set(field, config.get().path(field));
        }
      }
    }
    detail.set("referrers", referrers(repository, manifest.digest()));
    return detail;
  }

  private Optional<JsonNode> config(RepositoryName repository, JsonNode descriptor)
      throws IOException {
    Optional<Digest> digest = Digest.tryParse(descriptor.path("digest").asText(""));
    if (digest.isEmpty()
        || !descriptor.path("mediaType").asText("").endsWith("json")
        || links.size(repository, digest.get()).orElse(Long.MAX_VALUE) > CONFIG_BYTES_MAX) {
      return Optional.empty();
    }
    Optional<StoredBlob> blob = store.find(digest.get());
    if (blob.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = blob.get().read(0)) {
      return Optional.of(JSON.readTree(in)).filter(JsonNode::isObject);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      return Optional.empty();
    }
  }

  private ArrayNode referrers(RepositoryName repository, String digest) {
    ArrayNode referrers = JSON.createArrayNode();
    for (ManifestEntity referrer : manifests.referrers(repository, digest, "", REFERRERS_MAX)) {
      ObjectNode entry = referrers.addObject();
      entry.put("digest", referrer.digest()).put("mediaType", referrer.mediaType());
      referrer.artifactType().ifPresent(type -> entry.put("artifactType", type));
      entry.put("sizeBytes", referrer.imageBytes());
    }
    return referrers;
  }
}
