package dev.gantry.run.recovery;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunRequest;
import dev.gantry.run.journal.Frame;
import dev.gantry.run.lifecycle.Command;
import dev.gantry.run.lifecycle.Commands;
import dev.gantry.run.lifecycle.Order;
import dev.gantry.run.lifecycle.OrderReader;
import dev.gantry.run.lifecycle.RemoveOrder;
import dev.gantry.run.lifecycle.Restored;
import dev.gantry.run.lifecycle.StopOrder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the frames of a journal say, taken together.
 *
 * @param runs in the order in which they were requested
 * @param deferred commands to runs that were not known, by position
 */
public record Replay(List<Restored> runs, Map<Long, byte[]> deferred) {
  private static final Logger LOG = Logger.getLogger(Replay.class);

  /** Copies the collections. */
  public Replay {
    runs = List.copyOf(runs);
    deferred = Map.copyOf(deferred);
  }

  /**
   * Reads frames in order. A run that was forgotten is not there; so is one without its request.
   */
  public static Replay of(List<Frame> frames, CloudEventCodec codec) {
    OrderReader orders = new OrderReader(codec);
    Map<String, Pieces> pieces = new LinkedHashMap<>();
    Map<Long, byte[]> deferred = new TreeMap<>();
    for (Frame frame : frames) {
      switch (frame.kind()) {
        case REQUEST, FACT, STOP, REMOVE, COMMAND, DONE ->
            pieces.computeIfAbsent(frame.run(), _ -> new Pieces()).add(frame, orders, codec);
        case FORGOTTEN -> pieces.remove(frame.run());
        case DEFERRED -> deferred.put(frame.position(), frame.payload());
        case SETTLED -> deferred.remove(position(frame.payload()));
        case DEAD_LETTER -> {}
      }
    }
    List<Restored> runs = new ArrayList<>();
    pieces.forEach((id, found) -> found.restored(id).ifPresent(runs::add));
    return new Replay(runs, deferred);
  }

  private static long position(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong();
  }

  private static final class Pieces {
    private @Nullable Order order;
    private final List<Envelope<RunEvent>> facts = new ArrayList<>();
    private @Nullable StopOrder stop;
    private @Nullable RemoveOrder remove;
    private final List<String> keys = new ArrayList<>();
    private final Map<Long, Command> open = new TreeMap<>();
    private final List<Command> kills = new ArrayList<>();

    @SuppressWarnings("unchecked")
    void add(Frame frame, OrderReader orders, CloudEventCodec codec) {
      switch (frame.kind()) {
        case REQUEST -> order = orders.read(frame.payload()).orElse(order);
        case FACT -> {
          if (codec.decode(frame.payload(), CloudEventCodec.headers())
                  instanceof Decoded.Ok(var fact)
              && fact.data() instanceof RunEvent) {
            fact((Envelope<RunEvent>) fact);
          }
        }
        case STOP -> stop = Commands.stop(frame.payload());
        case REMOVE -> remove = Commands.remove(frame.payload());
        case COMMAND -> Command.read(frame, codec).ifPresent(this::command);
        case DONE -> open.remove(position(frame.payload()));
        case DEFERRED, SETTLED, DEAD_LETTER, FORGOTTEN ->
            throw new IllegalArgumentException(frame.kind() + " is not of a run");
      }
    }

    private void fact(Envelope<RunEvent> fact) {
      facts.add(fact);
      if (fact.data() instanceof RunEvent.Restarting again
          && again.reason() == ReasonCode.RESTART_REQUESTED) {
        // What it answers, a crash may have kept from being said.
        open.values().removeIf(c -> c.request() instanceof RunRequest.RestartRequested);
      }
    }

    private void command(Command command) {
      keys.add(command.key());
      open.put(command.position(), command);
      if (command.request() instanceof RunRequest.KillRequested) {
        kills.add(command);
      } else if (command.request() instanceof RunRequest.RestartRequested) {
        kills.clear();
      }
    }

    Optional<Restored> restored(String id) {
      Order request = order;
      if (request == null) {
        LOG.debugf("run %s has no request in the journal any more", id);
        return Optional.empty();
      }
      return Optional.of(
          new Restored(
              request,
              facts,
              stop,
              remove,
              new Restored.Commanded(keys, List.copyOf(open.values()), kills)));
    }
  }
}
