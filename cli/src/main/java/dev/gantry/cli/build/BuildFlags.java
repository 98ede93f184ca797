package dev.gantry.cli.build;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What an image is to be like: the flags of docker build that say it, as a request. */
final class BuildFlags {
  @Option(
      names = {"-t", "--tag"},
      paramLabel = "NAME[:TAG]",
      description = "What the image is called; may be given several times.")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--build-arg",
      paramLabel = "NAME[=VALUE]",
      description = "Set an ARG of the Dockerfile; without a value, from the environment.")
  private List<String> buildArgs = new ArrayList<>();

  @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Add a label.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--annotation",
      paramLabel = "NAME=VALUE",
      description = "Add an annotation to the manifest.")
  private List<String> annotations = new ArrayList<>();

  @Option(
      names = "--target",
      paramLabel = "STAGE[=NAME:TAG]",
      description = "Build this stage; with a name, beside the others, as an image of its own.")
  private List<String> targets = new ArrayList<>();

  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Must be the host's.")
  private String platform = "";

  @Option(names = "--no-cache", description = "Run every step.")
  private boolean noCache;

  @Option(
      names = "--no-cache-filter",
      split = ",",
      paramLabel = "STAGE",
      description = "Run every step of these stages.")
  private List<String> noCacheFilter = new ArrayList<>();

  @Option(
      names = "--cache-from",
      paramLabel = "IMAGE",
      description = "Use the cache of this image too.")
  private List<String> cacheFrom = new ArrayList<>();

  @Option(
      names = "--cache-to",
      paramLabel = "IMAGE",
      description = "Keep the cache with this image, for others.")
  private List<String> cacheTo = new ArrayList<>();

  @Option(
      names = "--network",
      paramLabel = "default|none|host",
      description = "The network of RUN where the Dockerfile says nothing.")
  private String network = "";

  @Option(
      names = "--add-host",
      paramLabel = "NAME:ADDRESS",
      description = "A name for the hosts file of RUN.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      description = "The memory of a step.")
  private String memory = "";

  @Option(names = "--cpus", paramLabel = "N", description = "The CPUs of a step.")
  private Double cpus = 0.0;

  @Option(names = "--pids-limit", paramLabel = "N", description = "The processes of a step.")
  private Integer pids = 0;

  @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long it may take.")
  private Integer timeout = 0;

  @Option(
      names = "--compression",
      paramLabel = "gzip|zstd",
      description = "Of new layers (default: gzip).")
  private String compression = "";

  @Option(
      names = "--credentials",
      paramLabel = "NAME",
      description = "What the build host calls those to show other registries.")
  private String credentials = "";

  void tag(String name) {
    tags.add(name);
  }

  /** The request, as far as these flags say it. */
  ObjectNode request(Map<String, String> environment) {
    ObjectNode request = Json.MAPPER.createObjectNode();
    list(request, "tags", tags);
    targets(request);
    text(request, "platform", platform);
    if (noCache) {
      request.put("noCache", true);
    }
    list(request, "noCacheFilter", noCacheFilter);
    list(request, "cacheFrom", cacheFrom.stream().map(BuildFlags::cache).toList());
    list(request, "cacheTo", cacheTo.stream().map(BuildFlags::cache).toList());
    args(request, environment);
    pairs(request, "labels", labels, '=');
    pairs(request, "annotations", annotations, '=');
    pairs(request, "extraHosts", hosts, hosts.stream().allMatch(h -> h.contains("=")) ? '=' : ':');
    text(request, "network", network);
    text(request, "compression", compression);
    text(request, "credentials", credentials);
    limits(request);
    return request;
  }

  private void targets(ObjectNode request) {
    for (String target : targets) {
      int equals = target.indexOf('=');
      if (equals < 0 && request.has("target")) {
        throw new TypeConversionException(
            "--target " + target + ": the second and later have a name: STAGE=NAME:TAG");
      }
      if (equals < 0) {
        request.put("target", target);
      } else {
        ObjectNode more = request.withArrayProperty("targets").addObject();
        more.put("target", target.substring(0, equals));
        more.putArray("tags").add(target.substring(equals + 1));
      }
    }
  }

  /** As docker takes an ARG without a value: from the environment, or not at all. */
  private void args(ObjectNode request, Map<String, String> environment) {
    List<String> known = new ArrayList<>();
    for (String arg : buildArgs) {
      String value = environment.get(arg);
      if (arg.indexOf('=') > 0) {
        known.add(arg);
      } else if (value != null) {
        known.add(arg + "=" + value);
      }
    }
    String epoch = environment.get("SOURCE_DATE_EPOCH");
    if (epoch != null && known.stream().noneMatch(arg -> arg.startsWith("SOURCE_DATE_EPOCH="))) {
      known.add("SOURCE_DATE_EPOCH=" + epoch);
    }
    pairs(request, "buildArgs", known, '=');
  }

  private void limits(ObjectNode request) {
    if (!memory.isEmpty()) {
      request.withObjectProperty("limits").put("memory", memory);
    }
    if (cpus > 0) {
      request.withObjectProperty("limits").put("cpus", cpus);
    }
    if (pids > 0) {
      request.withObjectProperty("limits").put("pids", pids);
    }
    if (timeout > 0) {
      request.withObjectProperty("limits").put("timeoutSeconds", timeout);
    }
  }

  /** {@code type=registry,ref=IMAGE}, or the image alone. */
  private static String cache(String text) {
    for (String part : text.split(",")) {
      if (part.startsWith("ref=")) {
        return part.substring(4);
      }
      if (part.startsWith("type=") && !part.equals("type=registry")) {
        throw new TypeConversionException("'" + text + "': caches are kept in registries only");
      }
    }
    return text;
  }

  private static void text(ObjectNode request, String name, String value) {
    if (!value.isEmpty()) {
      request.put(name, value);
    }
  }

  private static void list(ObjectNode request, String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode list = request.putArray(name);
      values.forEach(list::add);
    }
  }

  private static void pairs(ObjectNode request, String name, List<String> values, char between) {
    for (String pair : values) {
      int at = pair.indexOf(between);
      if (at < 1) {
        throw new TypeConversionException("'" + pair + "' must be NAME" + between + "VALUE");
      }
      request.withObjectProperty(name).put(pair.substring(0, at), pair.substring(at + 1));
    }
  }
}
