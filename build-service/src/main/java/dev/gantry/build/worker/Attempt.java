package dev.gantry.build.worker;

import dev.gantry.build.execute.BuildFailedException;
import dev.gantry.build.execute.Cancellation;
import dev.gantry.build.execute.Engine;
import dev.gantry.build.execute.Job;
import dev.gantry.build.execute.Secrets;
import dev.gantry.build.log.BuildLog;
import dev.gantry.build.provenance.Provenance;
import dev.gantry.build.queue.BuiltImage;
import dev.gantry.build.queue.Claim;
import dev.gantry.build.queue.ClaimLostException;
import dev.gantry.build.queue.Ending;
import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildEvent;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.ReasonCode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One attempt at one build, from the claim to the fact that ends it. */
final class Attempt {
  private static final System.Logger LOG = System.getLogger(Attempt.class.getName());
  private static final int TRIES_MAX = 3;
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private final BuildWorkers.Parts parts;
  private final Claim claim;
  private final Cancellation cancellation;
  private @Nullable BuildContext files;

  Attempt(BuildWorkers.Parts parts, Claim claim, Cancellation cancellation) {
    this.parts = parts;
    this.claim = claim;
    this.cancellation = cancellation;
  }

  void run() throws InterruptedException {
    Long outputMax = claim.spec().execution().limitsOrUnsaid().outputBytes();
    boolean ended = false;
    try (BuildLog log = parts.logs().append(claim.id(), claim.attempt(), outputMax)) {
      Optional<Ending> ending = ending(log);
      if (ending.isPresent()) {
        log.say(null, describe(ending.get().outcome()));
        ended = finish(ending.get().with(parts.logs().rest(log)));
      }
    } catch (ClaimLostException e) {
      LOG.log(System.Logger.Level.INFO, e.getMessage());
    } catch (IOException | SQLException e) {
      LOG.log(System.Logger.Level.WARNING, "build " + claim.id() + ": its files", e);
    }
    if (ended) {
      tidy();
    }
  }

  /** What nobody needs any more on this host. */
  private void tidy() {
    try {
      parts.logs().forget(claim.id());
      if (files != null) {
        parts.contexts().release(files);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "build " + claim.id() + ": its files", e);
    }
  }

  /** How it ends; empty where another attempt will say so. */
  private Optional<Ending> ending(BuildLog log) throws InterruptedException {
    StepFacts facts = new StepFacts(parts.store(), claim, log);
    try {
      cancellation.check();
      if (claim.attempt() > parts.attemptsMax()) {
        throw BuildFailedException.because(
            ReasonCode.UNAVAILABLE,
            "its host died each time that it was begun: " + parts.attemptsMax() + " times");
      }
      return Optional.of(build(log, facts));
    } catch (BuildFailedException e) {
      return cancellation.cause().isPresent() ? cancelled() : failed(facts, e.failure());
    } catch (Cancellation.CancelledException e) {
      return cancelled();
    } catch (ClaimLostException e) {
      throw e;
    } catch (IOException | SQLException | RuntimeException e) {
      return cancellation.cause().isPresent() ? cancelled() : broken(facts, e);
    }
  }

  private Ending build(BuildLog log, StepFacts facts)
      throws BuildFailedException, IOException, SQLException, InterruptedException {
    BuildContext context =
        new ContextFiles(parts.contexts(), parts.store(), cancellation).of(claim);
    files = context;
    BuildSpec spec = claim.spec().withContext(context);
    String name = claim.id() + "-" + claim.attempt();
    Engine.Built built =
        parts.engine().build(new Job(name, spec, log, cancellation, facts, secrets()));
    BuildEvent.Succeeded succeeded =
        new BuildEvent.Succeeded(
            built.imageDigest(),
            spec.tags(),
            built.sizeBytes(),
            Duration.between(claim.startedAt(), Instant.now()).toMillis(),
            built.stepsCached(),
            built.stepsTotal());
    Provenance provenance =
        new Provenance(claim.id(), claim.spec(), context, maker(), images(built), built.bases());
    return new Ending(
        succeeded, provenance.json(), further(spec, built), facts.rest(), connection -> true);
  }

  private static List<BuiltImage> further(BuildSpec spec, Engine.Built built) {
    List<BuiltImage> images = new ArrayList<>();
    for (int i = 0; i < spec.more().size(); i++) {
      Engine.Image image = built.images().get(i + 1);
      images.add(new BuiltImage(spec.more().get(i).target(), image.digest(), image.tags()));
    }
    return images;
  }

  /** Stages that are the same image are one subject with the names of both. */
  private static Map<String, List<String>> images(Engine.Built built) {
    Map<String, List<String>> images = new LinkedHashMap<>();
    for (Engine.Image image : built.images()) {
      images.computeIfAbsent(image.digest(), digest -> new ArrayList<>()).addAll(image.tags());
    }
    return images;
  }

  private Provenance.Maker maker() {
    return new Provenance.Maker(
        parts.host(),
        parts.platform(),
        claim.attempt(),
        claim.startedAt(),
        Instant.now().truncatedTo(ChronoUnit.MICROS));
  }

  /** Read when a step asks first: most builds have none. */
  private Secrets secrets() throws SQLException, IOException {
    if (claim.spec().execution().secrets().isEmpty() && claim.spec().execution().ssh().isEmpty()) {
      return Secrets.NONE;
    }
    Map<String, byte[]> values = parts.secrets().of(claim.id());
    return id -> Optional.ofNullable(values.get(id)).map(byte[]::clone);
  }

  private static Optional<Ending> failed(StepFacts facts, BuildEvent.Failed failure) {
    facts.flush();
    return Optional.of(Ending.of(failure));
  }

  private Optional<Ending> cancelled() {
    return cancellation.cause().equals(Optional.of(Cancellation.Cause.REQUESTED))
        ? Optional.of(Ending.of(new BuildEvent.Cancelled("cancelled while it ran", null)))
        : Optional.empty();
  }

  private Optional<Ending> broken(StepFacts facts, Exception problem) {
    LOG.log(System.Logger.Level.WARNING, "build " + claim.id() + " failed", problem);
    String message = problem.getMessage() == null ? problem.toString() : problem.getMessage();
    ReasonCode reason =
        problem instanceof IOException ? ReasonCode.UNAVAILABLE : ReasonCode.INTERNAL;
    try {
      facts.flush();
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "the last steps of " + claim.id() + " are not known", e);
    }
    return Optional.of(Ending.of(BuildEvent.Failed.because(reason, message)));
  }

  private static String describe(BuildEvent outcome) {
    return switch (outcome) {
      case BuildEvent.Succeeded succeeded ->
          "built " + succeeded.imageDigest() + " " + String.join(" ", succeeded.tags());
      case BuildEvent.Failed failed -> "failed: " + failed.message();
      default -> "cancelled";
    };
  }

  /**
   * Writes the end down; whether that succeeded. While PostgreSQL is away this waits for it; after
   * some tries the lease runs out and the build is taken again, which finds nearly all of it in the
   * cache.
   */
  private boolean finish(Ending ending) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        parts.store().finish(claim, ending);
        return true;
      } catch (SQLException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the end of build " + claim.id() + " waits: " + e.getMessage());
        if (tries == TRIES_MAX) {
          return false;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MAX.toMillis());
      }
    }
  }
}
