package dev.gantry.build.request;

import dev.gantry.build.problem.ProblemException;
import dev.gantry.build.queue.Submission;
import dev.gantry.build.secret.BuildSecrets;
import dev.gantry.events.BuildExecution;
import dev.gantry.events.BuildRequest;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes requests that came over HTTP, with values of secrets where there are any. Thread-safe. */
public final class Submitter {
  private static final URI SOURCE = URI.create("/gantry/build-service");
  private static final int KEY_LENGTH_MAX = 255;
  private static final int SECRETS_MAX = 64;
  private static final int SECRET_BYTES_MAX = 500 * 1024;

  private final BuildRequests requests;
  private final BuildSecrets secrets;

  /** Requests go there; values of secrets are sealed with these. */
  public Submitter(BuildRequests requests, BuildSecrets secrets) {
    this.requests = requests;
    this.secrets = secrets;
  }

  /**
   * Refuses a key that cannot be one; none is fine.
   *
   * @throws ProblemException when it is blank or too long
   */
  static void checkKey(@Nullable String key) {
    if (key != null && (key.isBlank() || key.length() > KEY_LENGTH_MAX)) {
      throw new ProblemException(
          ReasonCode.INVALID_PARAMETER,
          "Idempotency-Key must have 1 to " + KEY_LENGTH_MAX + " characters",
          "Idempotency-Key");
    }
  }

  /**
   * Accepts a build; durable when this returns. The same key again means the same build.
   *
   * @param values of secrets, by id; of keys for agents, by {@link BuildSecrets#SSH} and id
   * @return the build's id
   * @throws ProblemException when a secret has no value, the key came with another request before,
   *     or too many builds wait
   */
  String submit(@Nullable String key, BuildSpec asked, Map<String, byte[]> values)
      throws SQLException {
    BuildSpec spec = withIds(asked, values);
    String request = key == null ? UUID.randomUUID().toString() : key;
    String id = BuildRequests.id(SOURCE.toString(), request);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Submission submission =
        new Submission(
            id,
            spec,
            request,
            null,
            Envelope.request(request, SOURCE, now, new BuildRequest.Requested(spec)),
            key == null ? null : mark(spec, values),
            secrets.sealed(id, values));
    switch (requests.submit(submission)) {
      case NEW, KNOWN -> {}
      case OTHER ->
          throw new ProblemException(
              ReasonCode.KEY_REUSED,
              "another request came with this Idempotency-Key before: build " + id,
              "Idempotency-Key");
      case FULL ->
          throw new ProblemException(
              ReasonCode.QUEUE_FULL, "as many builds wait as may: try again later");
    }
    return id;
  }

  /** Whoever sends a value need not name it in the request too; each name needs a value. */
  private static BuildSpec withIds(BuildSpec spec, Map<String, byte[]> values) {
    check(values);
    Set<String> plain = new LinkedHashSet<>(spec.execution().secrets());
    Set<String> agents = new LinkedHashSet<>(spec.execution().ssh());
    for (String id : values.keySet()) {
      if (id.startsWith(BuildSecrets.SSH)) {
        agents.add(id.substring(BuildSecrets.SSH.length()));
      } else {
        plain.add(id);
      }
    }
    plain.forEach(id -> require(values, id, "secrets"));
    agents.forEach(id -> require(values, BuildSecrets.SSH + id, "ssh"));
    BuildExecution said = spec.execution();
    return spec.withExecution(
        new BuildExecution(
            said.network(),
            said.extraHosts(),
            List.copyOf(plain),
            List.copyOf(agents),
            said.limits()));
  }

  private static void require(Map<String, byte[]> values, String id, String field) {
    if (!values.containsKey(id)) {
      throw new ProblemException(
          ReasonCode.MISSING_FIELD, field + ": there is no value for " + id, field);
    }
  }

  private static void check(Map<String, byte[]> values) {
    if (values.size() > SECRETS_MAX) {
      throw new ProblemException(
          ReasonCode.PAYLOAD_TOO_LARGE, "a build has at most " + SECRETS_MAX + " secrets");
    }
    values.forEach(
        (id, value) -> {
          String name = id.startsWith(BuildSecrets.SSH) ? id.substring(4) : id;
          if (!BuildExecution.isId(name)) {
            throw new ProblemException(
                ReasonCode.INVALID_PARAMETER,
                "a secret's id is made of letters, digits, _, . and -",
                "secrets");
          }
          if (value.length > SECRET_BYTES_MAX) {
            throw new ProblemException(
                ReasonCode.PAYLOAD_TOO_LARGE,
                "secret " + name + " has more than " + SECRET_BYTES_MAX + " bytes",
                "secrets");
          }
        });
  }

  private String mark(BuildSpec spec, Map<String, byte[]> values) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(spec.toJson().toString().getBytes(StandardCharsets.UTF_8));
    new TreeMap<>(values)
        .forEach(
            (id, value) -> {
              parts.add(id.getBytes(StandardCharsets.UTF_8));
              parts.add(value);
            });
    return secrets.mark(parts);
  }
}
