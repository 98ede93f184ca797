package dev.gantry.run.lifecycle;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunRequest;
import dev.gantry.run.journal.Frame;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Something that was asked of a run, as the journal keeps it: it has its effect once.
 *
 * @param position in the journal
 * @param key of the request: whoever sends it twice asks once
 * @param at when it was accepted
 * @param effect completes when it has had its effect, or cannot have any
 */
public record Command(
    long position, String key, Instant at, RunRequest request, CompletableFuture<Effect> effect) {

  /** What came of it. */
  public sealed interface Effect {
    /** What was asked for is so. */
    record Done() implements Effect {}

    /** It could not be done. */
    record Refused(ReasonCode reason, String message) implements Effect {}
  }

  /** Identifies a request. */
  public static String key(Envelope<?> request) {
    return request.source() + "\n" + request.id();
  }

  /** Reads a frame; empty when it holds no request. */
  public static Optional<Command> read(Frame frame, CloudEventCodec codec) {
    return codec.decode(frame.payload(), CloudEventCodec.headers())
                instanceof Decoded.Ok(Envelope<?> envelope)
            && envelope.data() instanceof RunRequest request
        ? Optional.of(
            new Command(
                frame.position(),
                key(envelope),
                envelope.time(),
                request,
                new CompletableFuture<>()))
        : Optional.empty();
  }
}
