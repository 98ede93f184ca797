package dev.gantry.run.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.events.ReasonCode;
import dev.gantry.run.problem.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The networks of this host over HTTP. */
@Path("/v1/networks")
@Produces(MediaType.APPLICATION_JSON)
public final class NetworkResource {
  private final RunNetwork networks;

  NetworkResource(RunNetwork networks) {
    this.networks = networks;
  }

  /** The networks, the default one first. */
  public record NetworkList(List<NetworkDocument> items) {
    /** Copies the list. */
    public NetworkList {
      items = List.copyOf(items);
    }
  }

  /** Networks that were, or would be, removed, by name. */
  public record Pruned(List<String> removed) {
    /** Copies the list. */
    public Pruned {
      removed = List.copyOf(removed);
    }
  }

  /** All networks with who is in them. */
  @GET
  public NetworkList list() {
    return new NetworkList(networks.networks().stream().map(this::document).toList());
  }

  /** One network with who is in it. */
  @GET
  @Path("/{network}")
  public NetworkDocument get(@PathParam("network") String name) {
    return document(find(name));
  }

  /** Makes a network: {@code {name, subnet?, gateway?, internal?, labels?}}. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(JsonNode body) throws IOException {
    Network made = done(networks.create(NetworkBody.read(body)));
    return Response.created(URI.create("/v1/networks/" + made.name()))
        .entity(document(made))
        .build();
  }

  /** Removes a network that no run is in. */
  @DELETE
  @Path("/{network}")
  public Response remove(@PathParam("network") String name) throws IOException {
    done(networks.remove(name));
    return Response.noContent().build();
  }

  /** Removes all networks that no run is in, but for the default one; or tells which it would. */
  @POST
  @Path("/prune")
  public Pruned prune(@QueryParam("dryRun") @DefaultValue("false") boolean dryRun)
      throws IOException {
    List<String> removed = new ArrayList<>();
    for (Network network : networks.networks()) {
      boolean unused = !network.isDefault() && networks.members(network.name()).isEmpty();
      // Somebody may have joined it meanwhile, or removed it.
      if (unused && (dryRun || networks.remove(network.name()) instanceof NetworkChange.Done)) {
        removed.add(network.name());
      }
    }
    return new Pruned(removed);
  }

  private Network find(String name) {
    return networks.networks().stream()
        .filter(network -> network.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ProblemException(ReasonCode.NETWORK_NOT_FOUND, "there is no network " + name));
  }

  private NetworkDocument document(Network network) {
    return NetworkDocument.of(network, networks.members(network.name()));
  }

  private static Network done(NetworkChange change) {
    return switch (change) {
      case NetworkChange.Done(Network network) -> network;
      case NetworkChange.Refused(ReasonCode reason, String message, String field) ->
          throw new ProblemException(reason, message, field);
    };
  }
}
