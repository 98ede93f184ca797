package dev.gantry.run.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunRequest;
import dev.gantry.run.journal.Frame;
import dev.gantry.run.journal.Kind;
import dev.gantry.run.lifecycle.Order;
import dev.gantry.run.lifecycle.Restored;
import dev.gantry.run.lifecycle.TestOrders;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunEvent.About ABOUT =
      new RunEvent.About("host", new RunEvent.Image("hello:1", null), null);

  private final CloudEventCodec codec = new CloudEventCodec();
  private final Order order = TestOrders.order("1", "{\"image\":\"hello:1\"}");
  private final List<Frame> frames = new ArrayList<>();

  @Test
  void aRunIsAsItsFactsSay() {
    request();
    fact(1, new RunEvent.Accepted(ABOUT, Map.of(), null));
    fact(2, new RunEvent.Placed(ABOUT));
    assertThat(Replay.of(frames, codec).runs().getFirst().view().state().label())
        .isEqualTo("placed");
  }

  @Test
  void aRequestWithoutFactsIsStillARun() {
    request();
    assertThat(Replay.of(frames, codec).runs().getFirst().view().sequence()).isZero();
  }

  @Test
  void aRunThatWasForgottenIsNotThere() {
    request();
    frame(Kind.FORGOTTEN, new byte[0]);
    assertThat(Replay.of(frames, codec).runs()).isEmpty();
  }

  @Test
  void factsWhoseRequestHasGoneAreNoRun() {
    fact(1, new RunEvent.Accepted(ABOUT, Map.of(), null));
    assertThat(Replay.of(frames, codec).runs()).isEmpty();
  }

  @Test
  void theLastStopCounts() {
    request();
    frame(Kind.STOP, "{\"graceSeconds\":5,\"at\":\"2026-01-01T00:00:00Z\"}".getBytes(UTF_8));
    frame(Kind.STOP, "{\"graceSeconds\":1,\"at\":\"2026-01-01T00:00:01Z\"}".getBytes(UTF_8));
    assertThat(Replay.of(frames, codec).runs().getFirst().stop().graceSeconds()).isEqualTo(1);
  }

  @Test
  void aCommandThatWasAnsweredIsNotDeferredAnyMore() {
    frame(Kind.DEFERRED, new byte[] {1});
    frame(Kind.DEFERRED, new byte[] {2});
    frame(Kind.SETTLED, ByteBuffer.allocate(Long.BYTES).putLong(1).array());
    assertThat(Replay.of(frames, codec).deferred()).containsOnlyKeys(2L);
  }

  @Test
  void aCommandWithoutAnEndIsOpen() {
    request();
    command("a", new RunRequest.PauseRequested(order.id().value()));
    assertThat(commanded().open()).hasSize(1);
  }

  @Test
  void aCommandThatIsDoneIsNotCarriedOutAgain() {
    request();
    command("a", new RunRequest.PauseRequested(order.id().value()));
    frame(Kind.DONE, ByteBuffer.allocate(Long.BYTES).putLong(2).array());
    assertThat(commanded().open()).isEmpty();
    assertThat(commanded().keys()).hasSize(1);
  }

  @Test
  void aRestartThatCameAboutIsNotCarriedOutAgain() {
    request();
    command("a", new RunRequest.RestartRequested(order.id().value(), null));
    fact(
        1,
        new RunEvent.Restarting(
            ABOUT, 0, null, false, ReasonCode.RESTART_REQUESTED, AT, AT, 1, 0, null));
    assertThat(commanded().open()).isEmpty();
  }

  @Test
  void aRestartTakesKillsBeforeItBack() {
    request();
    command("a", new RunRequest.KillRequested(order.id().value(), null));
    command("b", new RunRequest.RestartRequested(order.id().value(), null));
    assertThat(commanded().kills()).isEmpty();
  }

  private Restored.Commanded commanded() {
    return Replay.of(frames, codec).runs().getFirst().commanded();
  }

  private void command(String id, RunRequest request) {
    frame(Kind.COMMAND, codec.encode(Envelope.request(id, URI.create("/test"), AT, request)));
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  private void request() {
    frame(Kind.REQUEST, order.record());
  }

  private void fact(long sequence, RunEvent event) {
    frame(
        Kind.FACT,
        codec.encode(
            Envelope.fact(
                URI.create("/gantry/run-service/host"), AT, order.id().value(), sequence, event)));
  }

  private void frame(Kind kind, byte[] payload) {
    frames.add(new Frame(frames.size() + 1, kind, order.id().value(), payload));
  }
}
