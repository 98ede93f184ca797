package dev.gantry.run.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunViewTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunEvent.About ABOUT =
      new RunEvent.About("host", new RunEvent.Image("hello:1", null), null);

  private final RunView requested =
      RunView.of(TestOrders.order("1", "{\"image\":\"hello:1\"}"), AT);

  @Test
  void eachFactIsNumbered() {
    RunView placed =
        requested
            .after(new RunEvent.Accepted(ABOUT, Map.of(), null), AT)
            .after(new RunEvent.Placed(ABOUT), AT);
    assertThat(placed.sequence()).isEqualTo(2);
  }

  @Test
  void aFactThatCannotFollowIsABug() {
    assertThatThrownBy(() -> requested.after(new RunEvent.Placed(ABOUT), AT))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aRunIsAsOldAsItsFirstFact() {
    RunView accepted =
        requested.after(new RunEvent.Accepted(ABOUT, Map.of(), null), AT.plusSeconds(1));
    assertThat(accepted.createdAt()).isEqualTo(AT.plusSeconds(1));
  }

  @Test
  void howItEndedIsRememberedAfterItsRemoval() {
    RunEvent.Exited exited =
        new RunEvent.Exited(ABOUT, 7, null, false, ReasonCode.FAILED, AT, AT, null);
    RunView removed =
        requested
            .after(new RunEvent.Accepted(ABOUT, Map.of(), null), AT)
            .after(new RunEvent.Placed(ABOUT), AT)
            .after(new RunEvent.Created(ABOUT, null, List.of()), AT)
            .after(new RunEvent.Started(ABOUT, 1, AT, null, List.of(), null), AT)
            .after(exited, AT)
            .after(new RunEvent.Removed(ABOUT, null), AT);
    assertThat(removed.exit()).isEqualTo(exited);
  }
}
