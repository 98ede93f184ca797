package dev.gantry.events;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.events.Connection.Attached;
import dev.gantry.events.Connection.NetworkUse;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a run is called and reaches, and by what it is reached.
 *
 * @param hostname absent: the first 12 characters of the run's id
 * @param publish ports of the host that lead to ports of the run
 * @param extraHosts names that the run resolves by its own {@code /etc/hosts}, and their addresses
 * @param dns name servers in place of the host's, for names that no run has
 */
public record NetworkSettings(
    @Nullable String hostname,
    @JsonIgnore Connection connection,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PortMapping> publish,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> extraHosts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> dns,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> dnsSearch) {
  private static final String HOST_NAME_EXPECTED = "a host name of 1 to 63 characters";
  private static final Pattern HOST_NAME =
      Pattern.compile("(?=.{1,63}$)[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?");
  private static final Pattern DOMAIN =
      Pattern.compile("(?=.{1,253}$)[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?");
  private static final Pattern NETWORK = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");
  private static final List<String> WORDS = List.of("host", "none");
  private static final int NETWORKS_MAX = 32;
  private static final int SERVERS_MAX = 3;
  private static final int PORTS_MAX = 4096;

  /** Takes copies of lists and maps. */
  public NetworkSettings {
    publish = List.copyOf(publish);
    extraHosts = Collections.unmodifiableMap(new LinkedHashMap<>(extraHosts));
    dns = List.copyOf(dns);
    dnsSearch = List.copyOf(dnsSearch);
  }

  static NetworkSettings read(Fields fields) {
    NetworkSettings settings =
        new NetworkSettings(
            fields.text("hostname", HOST_NAME, HOST_NAME_EXPECTED),
            connection(fields),
            list(fields.parsedList("publish", PortMapping::parse)),
            fields.textMap("extraHosts"),
            list(fields.parsedList("dns", Ipv4::parse)),
            list(fields.parsedList("dnsSearch", NetworkSettings::domain)));
    settings.checkPublish(fields);
    settings.checkHosts(fields);
    if (settings.dns.size() > SERVERS_MAX) {
      fields.refuse(
          "dns", ReasonCode.INVALID_FIELD, "must be at most " + SERVERS_MAX + " addresses");
    }
    return settings;
  }

  /** How a request writes the connection where one word says it; null where none does. */
  @JsonProperty("network")
  @Nullable String shorthand() {
    return switch (connection) {
      case Connection.Host _ -> "host";
      case Connection.None _ -> "none";
      case Attached attached ->
          attached.equals(Connection.DEFAULT) ? Connection.DEFAULT_NETWORK : null;
    };
  }

  /** The networks of the run, in order; none with {@code host} and {@code none}. */
  @JsonIgnore
  public List<NetworkUse> uses() {
    return connection instanceof Attached(List<NetworkUse> uses) ? uses : List.of();
  }

  @JsonProperty("networks")
  @Nullable List<NetworkUse> longhand() {
    return shorthand() == null ? uses() : null;
  }

  private void checkPublish(Fields fields) {
    boolean attached = connection instanceof Attached;
    if (!publish.isEmpty() && !attached) {
      fields.refuse(
          "publish",
          ReasonCode.INVALID_FIELD,
          "needs a network of its own, and network is " + shorthand());
    }
    if (publish.stream().mapToInt(PortMapping::count).sum() > PORTS_MAX) {
      fields.refuse(
          "publish", ReasonCode.INVALID_FIELD, "must be at most " + PORTS_MAX + " ports in all");
    }
    for (int i = 0; i < publish.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (publish.get(i).collidesWith(publish.get(j))) {
          fields.refuse(
              "publish[" + i + "]",
              ReasonCode.INVALID_FIELD,
              "has a port of the host that publish[" + j + "] has: " + publish.get(i));
        }
      }
    }
  }

  private void checkHosts(Fields fields) {
    extraHosts.forEach(
        (name, address) -> {
          if (!DOMAIN.matcher(name).matches()) {
            fields.refuse(
                "extraHosts",
                ReasonCode.INVALID_FIELD,
                "has " + Text.quoted(name) + ", which is not a host name");
          } else if (!Ipv4.is(address)) {
            fields.refuse(
                "extraHosts." + name,
                ReasonCode.INVALID_FIELD,
                "must be an IPv4 address, not " + Text.quoted(address));
          }
        });
  }

  private static Connection connection(Fields fields) {
    String word = fields.text("network", NETWORK, "host, none, or the name of a network");
    JsonNode list = fields.node("networks");
    List<NetworkUse> uses =
        fields.objectsOrTexts(
            "networks",
            NetworkSettings::use,
            name -> name(name).map(valid -> new NetworkUse(valid, List.of(), null)));
    if (word != null && list != null) {
      fields.refuse("networks", ReasonCode.INVALID_FIELD, "and network exclude each other");
    }
    if (list != null && uses.isEmpty()) {
      fields.refuse(
          "networks", ReasonCode.INVALID_FIELD, "must not be empty; network none is for that");
    }
    if (list != null) {
      check(fields, uses);
      return new Attached(uses);
    }
    return switch (Objects.requireNonNullElse(word, Connection.DEFAULT_NETWORK)) {
      case "host" -> new Connection.Host();
      case "none" -> new Connection.None();
      case String name -> new Attached(List.of(new NetworkUse(name, List.of(), null)));
    };
  }

  private static void check(Fields fields, List<NetworkUse> uses) {
    if (uses.size() > NETWORKS_MAX) {
      fields.refuse(
          "networks", ReasonCode.INVALID_FIELD, "must be at most " + NETWORKS_MAX + " networks");
    }
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < uses.size(); i++) {
      Integer other = names.putIfAbsent(uses.get(i).name(), i);
      if (other != null) {
        fields.refuse(
            "networks[" + i + "]",
            ReasonCode.INVALID_FIELD,
            "names the network of networks[" + other + "] again");
      }
    }
  }

  private static Parsed<NetworkUse> use(Fields fields) {
    String name = fields.required("name", NetworkSettings::name, "");
    List<String> aliases = list(fields.parsedList("aliases", NetworkSettings::domain));
    String address = fields.parsed("address", Ipv4::parse);
    if (name.equals(Connection.DEFAULT_NETWORK)) {
      String needs = "needs a network that you made: the default one has neither";
      if (!aliases.isEmpty()) {
        fields.refuse("aliases", ReasonCode.INVALID_FIELD, needs + " aliases nor static addresses");
      }
      if (address != null) {
        fields.refuse("address", ReasonCode.INVALID_FIELD, needs + " aliases nor static addresses");
      }
    }
    return fields.finish(() -> new NetworkUse(name, aliases, address));
  }

  private static Parsed<String> name(String text) {
    if (WORDS.contains(text)) {
      return Parsed.invalid(
          Text.quoted(text) + " is no network that others can be added to; it goes into network");
    }
    return NETWORK.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not the name of a network");
  }

  private static Parsed<String> domain(String text) {
    return DOMAIN.matcher(text).matches()
        ? new Parsed.Valid<>(text)
        : Parsed.invalid(Text.quoted(text) + " is not a name of hosts");
  }

  private static <T> List<T> list(@Nullable List<T> values) {
    return values == null ? List.of() : values;
  }
}
