package dev.gantry.image.mirror;

import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Refusal;
import dev.gantry.oci.content.DigestMismatchException;
import dev.gantry.oci.image.InvalidImageException;
import dev.gantry.oci.network.NetworkPolicy;
import dev.gantry.oci.registry.RegistryException;
import java.io.IOException;
import java.time.Duration;

/** Why nothing came from an upstream. */
sealed interface Failure {
  /** It says that there is no such thing. */
  record Missing() implements Failure {}

  /** It does not give it to us. */
  record Denied() implements Failure {}

  /** It is asked too often, or too much is asked here. */
  record Limited(Duration delay) implements Failure {}

  /** It does not answer, or says that it cannot. */
  record Away(String why) implements Failure {}

  /** What it gives is wrong, or leads to where nobody may follow. */
  record Wrong(String why) implements Failure {}

  /** It is not the upstream's fault, but this service's. */
  record Ours(IOException cause) implements Failure {}

  /** When an upstream that is asked too often does not say how long to wait. */
  Duration WAIT = Duration.ofSeconds(30);

  /** Longer is not waited, whatever the upstream says. */
  Duration WAIT_MAX = Duration.ofHours(1);

  /** What an exception of a question to an upstream means. */
  static Failure of(IOException e) {
    return switch (e) {
      case RegistryException answer -> of(answer);
      case NetworkPolicy.RefusedException refused ->
          new Wrong("the upstream leads to where this mirror may not follow");
      case DigestMismatchException mismatch ->
          new Wrong("the upstream's content is not what its digest says");
      case InvalidImageException invalid -> new Wrong("the upstream's content is no manifest");
      default -> new Away("the upstream cannot be reached");
    };
  }

  private static Failure of(RegistryException answer) {
    return switch (answer.status()) {
      case 404 -> new Missing();
      case 401, 403 -> new Denied();
      case 429 -> limited(answer.retryAfter().orElse(WAIT));
      case 503 ->
          answer.retryAfter().isPresent()
              ? limited(answer.retryAfter().get())
              : new Away("the upstream answers 503");
      default -> new Away("the upstream answers " + answer.status());
    };
  }

  private static Limited limited(Duration delay) {
    Duration least = delay.toSeconds() < 1 ? Duration.ofSeconds(1) : delay;
    return new Limited(least.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : least);
  }

  /** Whether what was fetched before is better than this failure. */
  default boolean allowsStale() {
    return switch (this) {
      case Limited _, Away _, Wrong _, Ours _ -> true;
      case Missing _, Denied _ -> false;
    };
  }

  /**
   * What a client is told.
   *
   * @param missing the code for what is not there
   */
  default Refusal refusal(ErrorCode missing) {
    return switch (this) {
      case Missing() -> Refusal.of(missing, "the upstream of this mirror does not have it");
      case Denied() -> Refusal.of(ErrorCode.DENIED, "the upstream does not give it to this mirror");
      case Limited(Duration delay) ->
          Refusal.of(
              ErrorCode.TOOMANYREQUESTS, "asked too often: again in " + delay.toSeconds() + " s");
      case Away(String why) -> Refusal.of(ErrorCode.UNAVAILABLE, why);
      case Wrong(String why) -> new Refusal(ErrorCode.UNAVAILABLE, 502, why);
      case Ours _ -> Refusal.of(ErrorCode.UNKNOWN, "internal error");
    };
  }
}
