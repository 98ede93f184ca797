package dev.gantry.run.request;

import dev.gantry.bus.RequestConsumer.Verdict;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.Envelope;
import dev.gantry.events.Event;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunRequest;
import dev.gantry.run.claim.Claim;
import dev.gantry.run.claim.Claims;
import dev.gantry.run.lifecycle.Lifecycle;
import dev.gantry.run.lifecycle.Order;
import dev.gantry.run.lifecycle.OrderReader;
import dev.gantry.run.publish.DeadLetter;
import dev.gantry.run.pull.Located;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes what arrives on the topic of run requests. When {@link #handle} has returned, the record's
 * effect is durable; the work itself goes on elsewhere.
 */
public final class RequestHandler {
  private final CloudEventCodec codec;
  private final OrderReader orders;
  private final Claims claims;
  private final Lifecycle lifecycle;
  private final CommandDesk commands;
  private final Clock clock = Clock.systemUTC();

  public RequestHandler(
      CloudEventCodec codec, Claims claims, Lifecycle lifecycle, CommandDesk commands) {
    this.codec = codec;
    this.orders = new OrderReader(codec);
    this.claims = claims;
    this.lifecycle = lifecycle;
    this.commands = commands;
  }

  /**
   * Takes a record.
   *
   * @throws SQLException when PostgreSQL cannot say whether the request is new: to be tried again
   */
  public Verdict handle(DeadLetter.Origin record) throws SQLException {
    Instant arrived = clock.instant();
    byte @Nullable [] value = record.value();
    return switch (codec.decode(value, record.headers())) {
      case Decoded.Ok(var envelope) -> {
        Event event = envelope.data();
        yield switch (event) {
          case RunRequest.Requested(var spec) -> run(orders.accepted(envelope, spec), arrived);
          case RunRequest command ->
              commands.take(
                  Envelope.request(envelope.id(), envelope.source(), envelope.time(), command),
                  record);
          default -> wrongTopic(envelope.type().name());
        };
      }
      case Decoded.Refused refused -> refused(refused, arrived);
      case Decoded.Malformed(ReasonCode reason, String detail) ->
          new Verdict.Refused(reason.name(), detail);
    };
  }

  private Verdict refused(Decoded.Refused refused, Instant arrived) throws SQLException {
    if (refused.type().payload().equals(RunRequest.Requested.class)) {
      return run(orders.refused(refused), arrived);
    }
    var problem = refused.problem();
    String message =
        problem.field().isEmpty() ? problem.message() : problem.field() + ": " + problem.message();
    return new Verdict.Refused(problem.reason().name(), message);
  }

  private Verdict run(Order order, Instant arrived) throws SQLException {
    Claim claim =
        new Claim(
            order.id().value(), order.cause().source(), order.cause().eventId(), order.record());
    Optional<CompletableFuture<Located>> image = lifecycle.lookUp(order);
    boolean begun = false;
    try {
      switch (claims.take(claim)) {
        // What is claimed is started after a crash too: nothing else is waited for.
        case Claim.Outcome.Taken _, Claim.Outcome.Open _ -> {
          var _ = lifecycle.submit(order, arrived, image);
          begun = true;
        }
        case Claim.Outcome.Settled _ -> {}
      }
    } finally {
      if (!begun) {
        image.ifPresent(lookup -> lookup.cancel(false));
      }
    }
    return new Verdict.Accepted();
  }

  private static Verdict wrongTopic(String type) {
    return new Verdict.Refused(
        ReasonCode.UNKNOWN_EVENT_TYPE.name(), type + " is not a request for runs");
  }
}
