package dev.gantry.run.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.TestOrders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunQueryTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunEvent.About ABOUT = new RunEvent.About("host", null, null);

  private final RunView accepted =
      view("1", "{\"app\":\"web\"}", new RunLifecycle.Accepted(ABOUT, Map.of()));
  private final RunView rejected =
      view(
          "2",
          "{}",
          new RunLifecycle.Rejected(
              new RunEvent.Rejected(ABOUT, ReasonCode.IMAGE_NOT_FOUND, "no", null)));
  private final RunView removed = view("3", "{}", new RunLifecycle.Removed(ABOUT));
  private final List<RunView> all = List.of(accepted, rejected, removed);

  @Test
  void runsThatAreOverAreLeftOut() {
    assertThat(apply(query(Set.of(), List.of(), false))).containsExactly(accepted);
  }

  @Test
  void allLeavesOutOnlyWhatIsRemoved() {
    assertThat(apply(query(Set.of(), List.of(), true))).containsExactly(accepted, rejected);
  }

  @Test
  void aStateThatIsAskedForIsShown() {
    assertThat(apply(query(Set.of("removed"), List.of(), false))).containsExactly(removed);
  }

  @Test
  void labelsSelectByKeyAndValue() {
    assertThat(apply(query(Set.of(), List.of("app=web"), true))).containsExactly(accepted);
  }

  @Test
  void aLabelWithAnotherValueDoesNotFit() {
    assertThat(apply(query(Set.of(), List.of("app=db"), true))).isEmpty();
  }

  @Test
  void theNextPageBeginsBehindTheCursor() {
    RunQuery second = new RunQuery(Set.of(), List.of(), true, 1, accepted.id().value());
    assertThat(second.apply(all).runs()).containsExactly(rejected);
  }

  @Test
  void aFullPageSaysThatMoreFollows() {
    assertThat(new RunQuery(Set.of(), List.of(), true, 1, null).apply(all).more()).isTrue();
  }

  private List<RunView> apply(RunQuery query) {
    return query.apply(all).runs();
  }

  private static RunQuery query(Set<String> states, List<String> labels, boolean all) {
    return new RunQuery(states, labels, all, 100, null);
  }

  private static RunView view(String request, String labels, RunLifecycle state) {
    return new RunView(
        TestOrders.order(request, "{\"image\":\"hello:1\",\"labels\":" + labels + "}"),
        state,
        1,
        AT,
        null,
        null);
  }
}
