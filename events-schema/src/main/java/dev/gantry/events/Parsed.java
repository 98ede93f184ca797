package dev.gantry.events;

import java.util.function.Function;

/** The result of reading what somebody sent: a value, or which field is wrong and why. */
public sealed interface Parsed<T> {

  /** It is good. */
  record Valid<T>(T value) implements Parsed<T> {}

  /**
   * It is not.
   *
   * @param field as a path, {@code resources.memory}, {@code publish[0]}; empty for the whole
   * @param message one sentence for the sender, naming the bad value and what is allowed
   */
  record Invalid<T>(String field, ReasonCode reason, String message) implements Parsed<T> {
    /** The same refusal, of whatever was to become of it. */
    public <U> Invalid<U> as() {
      return new Invalid<>(field, reason, message);
    }

    /** The same refusal of a larger thing, in which this was {@code name}. */
    public <U> Invalid<U> within(String name) {
      return new Invalid<>(field.isEmpty() ? name : name + '.' + field, reason, message);
    }
  }

  /** Refuses a value for what it is. */
  static <T> Invalid<T> invalid(String message) {
    return new Invalid<>("", ReasonCode.INVALID_FIELD, message);
  }

  /** The value turned into another, or the same refusal. */
  default <U> Parsed<U> map(Function<T, U> function) {
    return switch (this) {
      case Valid<T>(T value) -> new Valid<>(function.apply(value));
      case Invalid<T> invalid -> invalid.as();
    };
  }
}
