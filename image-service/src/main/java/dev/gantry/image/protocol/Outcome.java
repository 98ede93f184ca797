package dev.gantry.image.protocol;

import java.util.function.Function;

/** What came of a request: a value, or a refusal for the client. */
public sealed interface Outcome<T> {
  /** It was done. */
  record Done<T>(T value) implements Outcome<T> {}

  /** It was not done, and nothing has changed. */
  record Refused<T>(Refusal refusal) implements Outcome<T> {}

  static <T> Outcome<T> done(T value) {
    return new Done<>(value);
  }

  static <T> Outcome<T> refused(ErrorCode code, String message) {
    return new Refused<>(Refusal.of(code, message));
  }

  static <T> Outcome<T> refused(ErrorCode code, int status, String message) {
    return new Refused<>(new Refusal(code, status, message));
  }

  /** Goes on with the value; a refusal stays what it is. */
  default <R> Outcome<R> then(Function<? super T, Outcome<R>> next) {
    return switch (this) {
      case Done<T>(T value) -> next.apply(value);
      case Refused<T>(Refusal refusal) -> new Refused<>(refusal);
    };
  }

  /** Ends the chain with one answer for either case. */
  default <R> R either(Function<? super T, R> done, Function<? super Refusal, R> refused) {
    return switch (this) {
      case Done<T>(T value) -> done.apply(value);
      case Refused<T>(Refusal refusal) -> refused.apply(refusal);
    };
  }
}
