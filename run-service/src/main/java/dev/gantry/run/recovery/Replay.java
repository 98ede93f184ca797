package dev.gantry.run.recovery;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Decoded;
import dev.gantry.events.Envelope;
import dev.gantry.events.RunEvent;
import dev.gantry.run.journal.Frame;
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
        case REQUEST, FACT, STOP, REMOVE ->
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

    @SuppressWarnings("unchecked")
    void add(Frame frame, OrderReader orders, CloudEventCodec codec) {
      switch (frame.kind()) {
        case REQUEST -> order = orders.read(frame.payload()).orElse(order);
        case FACT -> {
          if (codec.decode(frame.payload(), CloudEventCodec.headers())
                  instanceof Decoded.Ok(var fact)
              && fact.data() instanceof RunEvent) {
            facts.add((Envelope<RunEvent>) fact);
          }
        }
        case STOP -> stop = Commands.stop(frame.payload());
        case REMOVE -> remove = Commands.remove(frame.payload());
        case DEFERRED, SETTLED, DEAD_LETTER, FORGOTTEN ->
            throw new IllegalArgumentException(frame.kind() + " is not of a run");
      }
    }

    Optional<Restored> restored(String id) {
      Order request = order;
      if (request == null) {
        LOG.debugf("run %s has no request in the journal any more", id);
        return Optional.empty();
      }
      return Optional.of(new Restored(request, facts, stop, remove));
    }
  }
}
