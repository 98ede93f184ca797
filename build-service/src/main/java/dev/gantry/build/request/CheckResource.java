package dev.gantry.build.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.build.plan.BuildOptions;
import dev.gantry.build.plan.DockerfileCheck;
import dev.gantry.build.problem.ProblemException;
import dev.gantry.events.ReasonCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Dockerfiles that are looked at and not built. */
@Path("/v1/dockerfiles")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class CheckResource {
  private static final int BYTES_MAX = 4 << 20;

  private final Platforms platforms;

  CheckResource(Platforms platforms) {
    this.platforms = platforms;
  }

  /**
   * What builds are for here.
   *
   * @param host such as {@code linux/amd64}
   * @param hostNetwork whether RUN may have the host's network
   */
  public record Platforms(String host, boolean hostNetwork) {}

  /** The instructions, or what is wrong with them; an answer of 200 says nothing of which. */
  @POST
  @Path("/check")
  @Consumes({"text/x-dockerfile", MediaType.TEXT_PLAIN, MediaType.APPLICATION_OCTET_STREAM})
  public ObjectNode check(
      @QueryParam("name") @DefaultValue("Dockerfile") String name,
      @QueryParam("target") List<String> targets,
      @QueryParam("buildArg") List<String> buildArgs,
      InputStream body) {
    BuildOptions options =
        BuildOptions.draft(platforms.host())
            .targets(targets)
            .buildArgs(pairs(buildArgs))
            .hostNetwork(platforms.hostNetwork())
            .build();
    return DockerfileCheck.of(name, SubmitBody.bounded(body, BYTES_MAX), options).document();
  }

  private static Map<String, String> pairs(List<String> texts) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw new ProblemException(
            ReasonCode.INVALID_PARAMETER, "buildArg must have the form NAME=value", "buildArg");
      }
      pairs.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return pairs;
  }
}
