package dev.gantry.run.network;

import dev.gantry.events.PortMapping;
import dev.gantry.events.ReasonCode;
import dev.gantry.isolation.network.PortRequest;
import dev.gantry.isolation.network.PortTable;
import dev.gantry.isolation.network.Protocol;
import dev.gantry.isolation.network.PublishResult;
import dev.gantry.isolation.network.PublishedPort;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ports of the host that lead to runs. */
final class Publishing {
  private final Inet4Address address;
  private final PortTable ports;

  /** What came of the wish for ports. */
  sealed interface Outcome {
    record Reserved(List<PublishedPort> ports) implements Outcome {}

    record Refused(Attachment.Refused refused) implements Outcome {}
  }

  /** Requests in the order of ports, each with the field that it comes from. */
  private record Wish(PortRequest request, String field) {}

  Publishing(Inet4Address address, PortTable ports) {
    this.address = address;
    this.ports = ports;
  }

  /** Reserves a run's ports, all or none. One that has them keeps them. */
  Outcome reserve(String run, Inet4Address target, List<PortMapping> wanted) throws IOException {
    List<PublishedPort> held = ports.published().getOrDefault(run, List.of());
    if (wanted.isEmpty() || !held.isEmpty()) {
      return new Outcome.Reserved(held);
    }
    List<Wish> wishes = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      String field = "publish[" + i + "]";
      wanted.get(i).each().forEach(mapping -> wishes.add(new Wish(request(mapping), field)));
    }
    List<PortRequest> requests = wishes.stream().map(Wish::request).toList();
    return switch (ports.reserve(run, target, requests)) {
      case PublishResult.Granted(List<PublishedPort> reserved) -> new Outcome.Reserved(reserved);
      case PublishResult.PortTaken taken ->
          refused(ReasonCode.PORT_TAKEN, text(taken), wishes, taken.request());
      case PublishResult.AddressUnknown unknown ->
          refused(ReasonCode.INVALID_FIELD, text(unknown), wishes, unknown.request());
    };
  }

  /** Opens what is reserved; why not, when another process has taken a port meanwhile. */
  Optional<String> publish(String run) throws IOException {
    return switch (ports.publish(run)) {
      case PublishResult.Granted _ -> Optional.empty();
      case PublishResult.PortTaken taken -> Optional.of(text(taken));
      case PublishResult.AddressUnknown unknown -> Optional.of(text(unknown));
    };
  }

  private static Outcome refused(
      ReasonCode reason, String message, List<Wish> wishes, PortRequest request) {
    String field =
        wishes.stream()
            .filter(wish -> wish.request().equals(request))
            .map(Wish::field)
            .findFirst()
            .orElse("publish");
    return new Outcome.Refused(new Attachment.Refused(reason, message, field));
  }

  private PortRequest request(PortMapping mapping) {
    String ip = mapping.hostIp();
    return new PortRequest(
        ip == null ? address : Inet4Address.ofLiteral(ip),
        mapping.hostPort(),
        mapping.containerPort(),
        switch (mapping.protocol()) {
          case TCP -> Protocol.TCP;
          case UDP -> Protocol.UDP;
        });
  }

  private static String text(PublishResult.PortTaken taken) {
    return "%s is taken by %s".formatted(text(taken.request()), taken.holder());
  }

  private static String text(PublishResult.AddressUnknown unknown) {
    return "this host has no address " + unknown.request().hostAddress().getHostAddress();
  }

  private static String text(PortRequest request) {
    return "%s:%d/%s"
        .formatted(
            request.hostAddress().getHostAddress(), request.hostPort(), request.protocol().text());
  }
}
