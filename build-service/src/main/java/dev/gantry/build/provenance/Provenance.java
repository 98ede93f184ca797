package dev.gantry.build.provenance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of the making of images: an in-toto statement v1 with a SLSA provenance v1. Source:
 * in-toto.io/Statement/v1, slsa.dev/provenance/v1.
 *
 * @param build the build's id
 * @param spec what was asked for; of secrets it knows the ids alone
 * @param context the files that it was made of
 * @param host which host built it, and in which attempt
 * @param images by digest, with their names
 * @param bases digests of the images that it was built on, by reference as written
 */
public record Provenance(
    String build,
    BuildSpec spec,
    BuildContext context,
    Maker host,
    Map<String, List<String>> images,
    Map<String, String> bases) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final String PREDICATE = "https://slsa.dev/provenance/v1";
  private static final String BUILD_TYPE = "https://gantry.dev/builds/dockerfile/v1";
  private static final String BUILDER = "https://gantry.dev/builders/";

  /** Who built it, and when. */
  public record Maker(
      String host, String platform, int attempt, Instant startedAt, Instant finishedAt) {}

  /** Copies the maps. */
  public Provenance {
    images = new LinkedHashMap<>(images);
    bases = new TreeMap<>(bases);
  }

  /** The statement. */
  public String json() {
    ObjectNode statement = JSON.createObjectNode();
    statement.put("_type", STATEMENT);
    subjects(statement.putArray("subject"));
    statement.put("predicateType", PREDICATE);
    ObjectNode predicate = statement.putObject("predicate");
    ObjectNode definition = predicate.putObject("buildDefinition");
    definition.put("buildType", BUILD_TYPE);
    definition.set("externalParameters", spec.toJson());
    definition
        .putObject("internalParameters")
        .put("platform", host.platform())
        .put("attempt", host.attempt());
    dependencies(definition.putArray("resolvedDependencies"));
    ObjectNode run = predicate.putObject("runDetails");
    run.putObject("builder").put("id", BUILDER + host.host());
    run.putObject("metadata")
        .put("invocationId", build)
        .put("startedOn", host.startedAt().toString())
        .put("finishedOn", host.finishedAt().toString());
    return statement.toString();
  }

  private void subjects(ArrayNode subjects) {
    images.forEach(
        (digest, tags) -> {
          for (String name : tags.isEmpty() ? List.of("gantry/untagged") : tags) {
            ObjectNode subject = subjects.addObject().put("name", name);
            digest(subject, digest);
          }
        });
  }

  private void dependencies(ArrayNode dependencies) {
    ObjectNode files = dependencies.addObject().put("name", "context");
    if (context.git() != null) {
      files.put("uri", "git+" + context.git());
    }
    files.put("mediaType", context.mediaType());
    digest(files, context.digest());
    bases.forEach(
        (reference, digest) ->
            digest(
                dependencies.addObject().put("name", "image").put("uri", "pkg:oci/" + reference),
                digest));
  }

  private static void digest(ObjectNode of, String digest) {
    List<String> parts = new ArrayList<>(List.of(digest.split(":", 2)));
    of.putObject("digest").put(parts.getFirst(), parts.getLast());
  }
}
