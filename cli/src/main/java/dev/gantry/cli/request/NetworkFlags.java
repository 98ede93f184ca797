package dev.gantry.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a container is connected. */
final class NetworkFlags {
  @Option(
      names = {"-p", "--publish"},
      paramLabel = "[[IP:][PORT[-END]]:]PORT[-END][/PROTO]",
      description = "Publish ports of the container; without a host port, free ones.")
  private List<String> publish = new ArrayList<>();

  @Option(
      names = {"--network", "--net"},
      paramLabel = "NETWORK|none|host|name=…,alias=…,ip=…",
      converter = Use.class,
      description = "Connect to a network (default: default); several times: to several.")
  private List<ObjectNode> networks = new ArrayList<>();

  @Option(
      names = {"--network-alias", "--net-alias"},
      paramLabel = "NAME",
      description = "A further name of the container in its (first) network.")
  private List<String> aliases = new ArrayList<>();

  @Option(names = "--ip", paramLabel = "ADDRESS", description = "Its address in that network.")
  private @Nullable String ip;

  @Option(
      names = {"-h", "--hostname"},
      description = "Host name in the container.")
  private @Nullable String hostname;

  @Option(
      names = "--add-host",
      paramLabel = "NAME:ADDRESS",
      converter = Host.class,
      description = "A name that the container resolves.")
  private List<Map.Entry<String, String>> hosts = new ArrayList<>();

  @Option(names = "--dns", paramLabel = "ADDRESS", description = "A name server.")
  private List<String> dns = new ArrayList<>();

  @Option(names = "--dns-search", paramLabel = "DOMAIN", description = "A domain to look in.")
  private List<String> dnsSearch = new ArrayList<>();

  void write(SpecWriter spec) {
    spec.text("hostname", hostname);
    boolean plain = aliases.isEmpty() && ip == null;
    if (plain && networks.size() == 1 && networks.getFirst().size() == 1) {
      spec.text("network", networks.getFirst().path("name").asText());
    } else if (!plain || !networks.isEmpty()) {
      spec.nodes("networks", uses());
    }
    spec.texts("publish", publish);
    Map<String, String> known = new LinkedHashMap<>();
    hosts.forEach(host -> known.put(host.getKey(), host.getValue()));
    spec.map("extraHosts", known);
    spec.texts("dns", dns);
    spec.texts("dnsSearch", dnsSearch);
  }

  private List<JsonNode> uses() {
    List<ObjectNode> uses =
        networks.isEmpty()
            ? List.of(Json.MAPPER.createObjectNode().put("name", "default"))
            : networks;
    SpecWriter first = new SpecWriter(uses.getFirst().deepCopy());
    first.texts("aliases", aliases);
    first.text("address", ip);
    List<JsonNode> all = new ArrayList<>(uses);
    all.set(0, first.object());
    return all;
  }

  /** {@code NAME}, or {@code name=…,alias=…,ip=…}. */
  static final class Use implements ITypeConverter<ObjectNode> {
    @Override
    public ObjectNode convert(String text) {
      ObjectNode use = Json.MAPPER.createObjectNode();
      if (!text.contains("=")) {
        return use.put("name", text);
      }
      List<String> aliases = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        int equals = part.indexOf('=');
        String value = part.substring(equals + 1);
        switch (equals < 0 ? part : part.substring(0, equals)) {
          case "name" -> use.put("name", value);
          case "alias" -> aliases.add(value);
          case "ip" -> use.put("address", value);
          default ->
              throw new TypeConversionException(
                  "'" + part + "' is not an option of a network: name, alias, ip");
        }
      }
      new SpecWriter(use).texts("aliases", aliases);
      return use;
    }
  }

  /** {@code NAME:ADDRESS} or {@code NAME=ADDRESS}. */
  static final class Host implements ITypeConverter<Map.Entry<String, String>> {
    @Override
    public Map.Entry<String, String> convert(String text) {
      String[] parts = text.split("[:=]", 2);
      if (parts.length != 2) {
        throw new TypeConversionException("'" + text + "' is not NAME:ADDRESS");
      }
      return Map.entry(parts[0], parts[1]);
    }
  }
}
