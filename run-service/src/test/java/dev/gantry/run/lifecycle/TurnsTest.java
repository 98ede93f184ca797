package dev.gantry.run.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTest {
  @Test
  void tasksOfOneRunAreDoneInOrderOneAtATime() throws InterruptedException {
    List<Integer> done = new ArrayList<>(); // Unsynchronised: a race would show.
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      Turns turns = new Turns(pool);
      CountDownLatch last = new CountDownLatch(1);
      for (int i = 0; i < 1_000; i++) {
        int number = i;
        turns.execute(() -> done.add(number));
      }
      turns.execute(last::countDown);
      assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(done).hasSize(1_000).isSorted();
  }

  @Test
  void aTaskThatFailsDoesNotStopTheNext() throws InterruptedException {
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      Turns turns = new Turns(pool);
      CountDownLatch next = new CountDownLatch(1);
      turns.execute(
          () -> {
            throw new IllegalStateException("meant to fail");
          });
      turns.execute(next::countDown);
      assertThat(next.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
