package dev.gantry.run.lifecycle;

import dev.gantry.events.EntityId;
import dev.gantry.isolation.sandbox.Sandbox;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The runs that this host knows, those that are over included until they are forgotten. */
public final class Runs {
  private static final int ID_LENGTH = 32;

  private final Map<EntityId, Run> byId = new ConcurrentHashMap<>();
  private final ConcurrentNavigableMap<Rank, Run> newestFirst = new ConcurrentSkipListMap<>();
  private final Map<String, EntityId> byName = new ConcurrentHashMap<>();
  private final Map<EntityId, CompletableFuture<RunView>> expected = new ConcurrentHashMap<>();
  private final AtomicInteger active = new AtomicInteger();
  private final List<Consumer<RunView>> listeners = new CopyOnWriteArrayList<>();

  /** What a name, an id or the beginning of one leads to. */
  public sealed interface Lookup {
    /** One run. */
    record Found(RunView run) implements Lookup {}

    /** Several runs have ids that begin so. */
    record Ambiguous(int matches) implements Lookup {}

    /** Nothing. */
    record Unknown() implements Lookup {}
  }

  /** All runs, newest first. */
  public List<RunView> all() {
    return after(null).toList();
  }

  /**
   * The runs behind this rank, newest first, looked at one by one as they are asked for: a page
   * costs what is on it. Runs that come or go meanwhile move no others.
   *
   * @param rank of the last run that was seen, which need not be there any more; null: from the
   *     newest on
   */
  public Stream<RunView> after(@Nullable Rank rank) {
    Map<Rank, Run> rest = rank == null ? newestFirst : newestFirst.tailMap(rank, false);
    return rest.entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), entry.getValue().view()))
        .filter(entry -> entry.getKey().equals(Rank.of(entry.getValue())))
        .map(Map.Entry::getValue);
  }

  /** How many are known. */
  public int size() {
    return byId.size();
  }

  /** How many are not over. */
  public int active() {
    return active.get();
  }

  /** The run with this id. */
  public Optional<RunView> view(EntityId id) {
    return run(id).map(Run::view);
  }

  /** As people name runs: id, name, or the first 6 or more characters of an id. */
  public Lookup find(String text) {
    EntityId named = byName.get(text);
    Run run = named == null ? null : byId.get(named);
    if (run != null) {
      return new Lookup.Found(run.view());
    }
    if (!EntityId.isPrefix(text)) {
      return new Lookup.Unknown();
    }
    if (text.length() == ID_LENGTH) {
      Run whole = byId.get(new EntityId(text));
      return whole == null ? new Lookup.Unknown() : new Lookup.Found(whole.view());
    }
    List<Run> matches =
        byId.entrySet().stream()
            .filter(entry -> entry.getKey().value().startsWith(text))
            .map(Map.Entry::getValue)
            .toList();
    return switch (matches.size()) {
      case 0 -> new Lookup.Unknown();
      case 1 -> new Lookup.Found(matches.getFirst().view());
      default -> new Lookup.Ambiguous(matches.size());
    };
  }

  /** Completes with the run's view once it has its first fact; to be ended by {@link #unexpect}. */
  public CompletableFuture<RunView> expect(EntityId id) {
    CompletableFuture<RunView> appears =
        expected.computeIfAbsent(id, _ -> new CompletableFuture<>());
    view(id).filter(view -> view.sequence() > 0).ifPresent(appears::complete);
    return appears;
  }

  /** Nobody waits for this run any more. */
  public void unexpect(EntityId id) {
    expected.remove(id);
  }

  /** Called after every change, on the thread that changes: must not block. */
  public void onChange(Consumer<RunView> listener) {
    listeners.add(listener);
  }

  /** The sandbox of a run that has started and is not removed; it may have ended meanwhile. */
  public Optional<Sandbox> sandbox(EntityId id) {
    return run(id).flatMap(run -> Optional.ofNullable(run.latest));
  }

  Optional<Run> run(EntityId id) {
    return Optional.ofNullable(byId.get(id));
  }

  Collection<Run> runs() {
    return List.copyOf(byId.values());
  }

  /** False when it is known already. */
  boolean add(Run run) {
    boolean added = byId.putIfAbsent(run.id(), run) == null;
    if (added) {
      newestFirst.put(Rank.of(run.view()), run);
      if (!run.view().state().hasOutcome()) {
        active.incrementAndGet();
      }
    }
    return added;
  }

  /** The name is this run's until it is freed; false when it is another's. */
  boolean claimName(String name, EntityId id) {
    EntityId holder = byName.putIfAbsent(name, id);
    return holder == null || holder.equals(id);
  }

  Optional<EntityId> holder(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  void freeName(Run run) {
    String name = run.view().name();
    if (name != null) {
      byName.remove(name, run.id());
    }
  }

  void forget(Run run) {
    freeName(run);
    byId.remove(run.id(), run);
    newestFirst.remove(Rank.of(run.view()));
  }

  /** Called when the run has become what it is now. */
  void changed(Run run, RunView before) {
    RunView view = run.view();
    if (view.state().hasOutcome() && !before.state().hasOutcome()) {
      active.decrementAndGet();
    }
    if (!Rank.of(before).equals(Rank.of(view))) {
      newestFirst.put(Rank.of(view), run);
      newestFirst.remove(Rank.of(before));
    }
    CompletableFuture<RunView> waiting = expected.get(run.id());
    if (waiting != null) {
      waiting.complete(view);
    }
    listeners.forEach(listener -> listener.accept(view));
  }
}
