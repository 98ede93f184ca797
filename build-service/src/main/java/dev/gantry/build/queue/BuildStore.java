package dev.gantry.build.queue;

import dev.gantry.events.BuildContext;
import dev.gantry.events.BuildEvent;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.ReasonCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one door through which a build changes: each method is one transaction that writes the new
 * state and the facts that tell of it, or nothing. Thread-safe.
 */
public final class BuildStore {
  private static final BuildSpec UNREADABLE =
      BuildSpec.of(new BuildContext("sha256:" + "0".repeat(64), 0, "application/x-tar"));

  private final Database database;
  private final FactLog facts;
  private final JdbcOutbox outbox;
  private final int queueMax;

  /**
   * Facts go to the outbox, which is told of them.
   *
   * @param queueMax how many builds may wait
   */
  public BuildStore(Database database, FactLog facts, JdbcOutbox outbox, int queueMax) {
    this.queueMax = queueMax;
    this.database = database;
    this.facts = facts;
    this.outbox = outbox;
  }

  /** Accepts a build; durable when this returns. The same again changes nothing. */
  public Submitted submit(Submission submission) throws SQLException {
    BuildSpec spec = submission.spec();
    try {
      return transaction(
          connection -> {
            if (!insert(connection, submission, BuildState.QUEUED)) {
              return isSame(connection, submission) ? Submitted.KNOWN : Submitted.OTHER;
            }
            requireRoom(connection);
            SecretRows.insert(connection, submission.id(), submission.secrets());
            if (submission.publish() != null) {
              facts.request(connection, submission.id(), submission.publish());
            }
            BuildEvent queued =
                new BuildEvent.Queued(spec.tags(), spec.dockerfile(), spec.context(), null);
            facts.append(connection, submission.id(), queued);
            return Submitted.NEW;
          });
    } catch (QueueFullException e) {
      return Submitted.FULL;
    }
  }

  /** Takes everything back that the transaction did before it turned out that there is no room. */
  private static final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueFullException() {
      super("the queue is full", null, false, false);
    }
  }

  private void requireRoom(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT count(*) FROM build WHERE state = 'queued'");
        ResultSet row = statement.executeQuery()) {
      row.next();
      if (row.getLong(1) > queueMax) {
        throw new QueueFullException();
      }
    }
  }

  private static boolean isSame(Connection connection, Submission submission) throws SQLException {
    if (submission.mark() == null) {
      return true;
    }
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT request_hash FROM build WHERE id = ?")) {
      statement.setString(1, submission.id());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        String before = row.getString(1);
        return before == null || before.equals(submission.mark());
      }
    }
  }

  /** Answers a request that cannot be honoured: a build that failed before it began. */
  public void refuse(String id, String requestId, BuildEvent.Failed failed) throws SQLException {
    transaction(
        connection -> {
          Submission submission =
              new Submission(id, UNREADABLE, requestId, null, null, null, Map.of());
          if (insert(connection, submission, BuildState.FAILED)) {
            end(connection, id, Ending.of(failed));
          }
          return true;
        });
  }

  private static boolean insert(Connection connection, Submission submission, BuildState state)
      throws SQLException {
    String sql =
        "INSERT INTO build (id, state, spec, request_id, correlation_id, created_at, request_hash)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, submission.id());
      statement.setString(2, state.label());
      statement.setString(3, submission.spec().toJson().toString());
      statement.setString(4, submission.requestId());
      statement.setString(5, submission.correlationId());
      statement.setTimestamp(6, Timestamp.from(FactLog.now()));
      statement.setString(7, submission.mark());
      return statement.executeUpdate() == 1;
    }
  }

  /**
   * Takes the oldest build that waits, or whose worker's lease has run out, for another attempt.
   *
   * @param host what facts call this host
   */
  public Optional<Claim> claim(Lease lease, String host) throws SQLException {
    String sql =
        "UPDATE build SET state = 'running', owner = ?, attempt = attempt + 1,"
            + " lease_until = now() + make_interval(secs => ?), started_at = coalesce(started_at, ?)"
            + " WHERE id = (SELECT id FROM build WHERE state = 'queued'"
            + " OR (state = 'running' AND lease_until < now())"
            + " ORDER BY position FOR NO KEY UPDATE SKIP LOCKED LIMIT 1)"
            + " RETURNING id, spec, attempt, started_at, cancel_requested, context";
    return transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, lease.owner());
            statement.setDouble(2, lease.duration().toMillis() / 1000.0);
            statement.setTimestamp(3, Timestamp.from(FactLog.now()));
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? begun(connection, row, host) : Optional.empty();
            }
          }
        });
  }

  /** A build that cannot be read would come back again and again: it fails instead. */
  private Optional<Claim> begun(Connection connection, ResultSet row, String host)
      throws SQLException {
    String id = row.getString(1);
    Optional<BuildSpec> spec = Rows.readableSpec(row.getString(2));
    if (spec.isEmpty()) {
      String message = "the request, as it is kept, cannot be read by this version";
      end(connection, id, Ending.of(BuildEvent.Failed.because(ReasonCode.INTERNAL, message)));
      return Optional.empty();
    }
    Claim claim =
        new Claim(
            id,
            spec.get(),
            row.getInt(3),
            row.getTimestamp(4).toInstant(),
            row.getBoolean(5),
            Rows.context(row.getString(6)));
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM build_step WHERE build_id = ?")) {
      statement.setString(1, claim.id());
      statement.executeUpdate();
    }
    facts.append(connection, claim.id(), new BuildEvent.Started(host, claim.attempt()));
    return Optional.of(claim);
  }

  /** Writes down what happened to steps, in order. */
  public void steps(Claim claim, List<? extends BuildEvent> events) throws SQLException {
    transaction(
        connection -> {
          require(connection, claim);
          StepRows.write(connection, claim.id(), events);
          facts.append(connection, claim.id(), events);
          return true;
        });
  }

  /**
   * Writes down which files a build is made of, now that they are stored.
   *
   * @throws ClaimLostException when another attempt has begun, or it has ended already
   */
  public void stored(Claim claim, BuildContext context) throws SQLException {
    // No fact tells of it: nobody is to be woken.
    database.transaction(
        connection -> {
          require(connection, claim);
          try (PreparedStatement statement =
              connection.prepareStatement("UPDATE build SET context = ? WHERE id = ?")) {
            statement.setString(1, Rows.json(context));
            statement.setString(2, claim.id());
            return statement.executeUpdate();
          }
        });
  }

  /**
   * Ends a build that runs.
   *
   * @throws ClaimLostException when another attempt has begun, or it has ended already
   */
  public void finish(Claim claim, Ending ending) throws SQLException {
    transaction(
        connection -> {
          require(connection, claim);
          end(connection, claim.id(), ending);
          return true;
        });
  }

  private static void require(Connection connection, Claim claim) throws SQLException {
    // Not FOR UPDATE: rows that refer to the build are written beside this, and whoever writes
    // them may hold what this transaction waits for next.
    String sql =
        "SELECT 1 FROM build WHERE id = ? AND attempt = ? AND state = 'running' FOR NO KEY UPDATE";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, claim.id());
      statement.setInt(2, claim.attempt());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new ClaimLostException(claim.id());
        }
      }
    }
  }

  /**
   * Asks for the end of a build: one that waits is cancelled at once, one that runs when its worker
   * has heard of it; one that ended stays as it is.
   *
   * @return its state before; empty where there is no such build
   */
  public Optional<BuildState> cancel(String id, @Nullable String actor) throws SQLException {
    return transaction(
        connection -> {
          Optional<BuildState> state = lock(connection, id);
          if (state.isPresent() && state.get() == BuildState.QUEUED) {
            end(
                connection,
                id,
                Ending.of(new BuildEvent.Cancelled("cancelled before it began", actor)));
          } else if (state.isPresent() && state.get() == BuildState.RUNNING) {
            try (PreparedStatement statement =
                connection.prepareStatement(
                    "UPDATE build SET cancel_requested = true WHERE id = ?")) {
              statement.setString(1, id);
              statement.executeUpdate();
            }
          }
          return state;
        });
  }

  private static Optional<BuildState> lock(Connection connection, String id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT state FROM build WHERE id = ? FOR NO KEY UPDATE")) {
      statement.setString(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(BuildState.of(row.getString(1))) : Optional.empty();
      }
    }
  }

  /** The one place where a build becomes final. */
  private void end(Connection connection, String id, Ending ending) throws SQLException {
    BuildEvent outcome = ending.outcome();
    String sql =
        "UPDATE build SET state = ?, finished_at = ?, image_digest = ?, error = ?, images = ?,"
            + " provenance = ?, owner = NULL, lease_until = NULL WHERE id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, stateAfter(outcome).label());
      statement.setTimestamp(2, Timestamp.from(FactLog.now()));
      statement.setString(
          3, outcome instanceof BuildEvent.Succeeded succeeded ? succeeded.imageDigest() : null);
      statement.setString(
          4, outcome instanceof BuildEvent.Failed failed ? Rows.json(BuildError.of(failed)) : null);
      statement.setString(5, ending.images().isEmpty() ? null : Rows.json(ending.images()));
      statement.setString(6, ending.provenance());
      statement.setString(7, id);
      statement.executeUpdate();
    }
    SecretRows.delete(connection, id);
    ending.also().with(connection);
    StepRows.write(connection, id, ending.steps());
    List<BuildEvent> last = new ArrayList<>(ending.steps());
    last.add(outcome);
    facts.append(connection, id, last);
  }

  private static BuildState stateAfter(BuildEvent outcome) {
    return switch (outcome) {
      case BuildEvent.Succeeded _ -> BuildState.SUCCEEDED;
      case BuildEvent.Failed _ -> BuildState.FAILED;
      case BuildEvent.Cancelled _ -> BuildState.CANCELLED;
      case BuildEvent.Queued _,
          BuildEvent.Started _,
          BuildEvent.StepStarted _,
          BuildEvent.StepFinished _ ->
          throw new IllegalArgumentException("a build does not end with " + outcome);
    };
  }

  private <T> T transaction(Database.Work<T> work) throws SQLException {
    T result = database.transaction(work);
    outbox.written();
    return result;
  }
}
