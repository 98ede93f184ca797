package dev.gantry.events;

/** What an event did to a state. */
public sealed interface Fold<S> {

  /** It was legal, and this is the state now. */
  record Moved<S>(S state) implements Fold<S> {}

  /** It was not: the state is as before, and a bug has been found. */
  record Refused<S>(S state, String message) implements Fold<S> {}

  /** Refuses an event in a state that it cannot follow. */
  static <S> Fold<S> refused(S state, String label, Event event) {
    return new Refused<>(
        state, EventType.of(event).name() + " cannot follow when the state is " + label);
  }
}
