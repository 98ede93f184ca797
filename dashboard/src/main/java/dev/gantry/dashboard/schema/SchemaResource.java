package dev.gantry.dashboard.schema;

import dev.gantry.dashboard.problem.ProblemException;
import dev.gantry.events.EventType;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.Schemas;
import dev.gantry.events.Topics;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** The contract of the bus, as it ships with this version. */
@Path("/v1/schemas")
public final class SchemaResource {

  /** One schema: its type, the topic of its events, and where to read it. */
  public record Item(String type, String topic, String href) {}

  /** All schemas. */
  public record Items(List<Item> items) {}

  /** Every event type. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Items list() {
    return new Items(
        EventType.all().stream()
            .map(type -> new Item(type.name(), Topics.of(type), "/v1/schemas/" + type.name()))
            .toList());
  }

  /** The JSON Schema of the data of a type, or of the {@code envelope}. */
  @GET
  @Path("{type}")
  @Produces("application/schema+json")
  public String schema(@PathParam("type") String type) {
    return Schemas.named(type)
        .orElseThrow(
            () -> new ProblemException(ReasonCode.NOT_FOUND, "no event has this type", "type"));
  }

  /** The AsyncAPI 3 document. */
  @GET
  @Path("asyncapi")
  @Produces("application/yaml")
  public String asyncApi() {
    return Schemas.asyncApi();
  }
}
