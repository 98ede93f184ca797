package dev.gantry.run.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.events.RunLifecycle;
import dev.gantry.run.lifecycle.History;
import dev.gantry.run.lifecycle.Rank;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.TestOrders;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.request.RunFilter.Field;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunQueryTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunEvent.About ABOUT = new RunEvent.About("host", null, null);

  private final RunView accepted =
      view("1", "{\"app\":\"web\"},\"name\":\"one\"", new RunLifecycle.Accepted(ABOUT, Map.of()));
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
    assertThat(apply(filter(Map.of(), List.of(), false))).containsExactly(accepted);
  }

  @Test
  void allLeavesOutOnlyWhatIsRemoved() {
    assertThat(apply(filter(Map.of(), List.of(), true))).containsExactly(accepted, rejected);
  }

  @Test
  void aStateThatIsAskedForIsShown() {
    assertThat(apply(filter(Map.of(Field.STATE, Set.of("removed")), List.of(), false)))
        .containsExactly(removed);
  }

  @Test
  void labelsSelectByKeyAndValue() {
    assertThat(apply(filter(Map.of(), List.of("app=web"), true))).containsExactly(accepted);
  }

  @Test
  void aLabelWithAnotherValueDoesNotFit() {
    assertThat(apply(filter(Map.of(), List.of("app=db"), true))).isEmpty();
  }

  @Test
  void theNextPageBeginsBehindTheLastOfThisOne() {
    RunQuery first = new RunQuery(filter(Map.of(), List.of(), true), 1, null);
    assertThat(first.apply(all.stream()).next()).isEqualTo(Rank.of(accepted));
  }

  @Test
  void theLastPageHasNoNext() {
    RunQuery whole = new RunQuery(filter(Map.of(), List.of(), true), 2, null);
    assertThat(whole.apply(all.stream()).next()).isNull();
  }

  @Test
  void namesAreFoundByAPart() {
    assertThat(apply(filter(Map.of(Field.NAME, Set.of("on")), List.of(), true)))
        .containsExactly(accepted);
  }

  @Test
  void imagesAreFoundWithoutTheirTag() {
    assertThat(apply(filter(Map.of(Field.IMAGE, Set.of("hello")), List.of(), false)))
        .containsExactly(accepted);
  }

  @Test
  void anImageThatBeginsAlikeIsAnother() {
    assertThat(apply(filter(Map.of(Field.IMAGE, Set.of("hell")), List.of(), true))).isEmpty();
  }

  @Test
  void aCursorThatIsNoneIsRefused() {
    RunFilter everything = filter(Map.of(), List.of(), true);
    assertThatThrownBy(() -> RunQuery.of(everything, 10, "nonsense"))
        .isInstanceOf(ProblemException.class);
  }

  private List<RunView> apply(RunFilter filter) {
    return new RunQuery(filter, 100, null).apply(all.stream()).runs();
  }

  private static RunFilter filter(
      Map<Field, Set<String>> values, List<String> labels, boolean all) {
    return new RunFilter(values, labels, all);
  }

  private static RunView view(String request, String labels, RunLifecycle state) {
    return new RunView(
        TestOrders.order(request, "{\"image\":\"hello:1\",\"labels\":" + labels + "}"),
        state,
        1,
        AT,
        AT,
        History.NONE,
        null,
        null);
  }
}
