package dev.gantry.dashboard.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FeedTailTest {
  private final FeedTail tail = new FeedTail();

  @Test
  void whatWasThereBeforeIsNotInMemory() {
    tail.begin(10);

    assertThat(tail.after(9, 5)).isEmpty();
  }

  @Test
  void atTheEndThereIsNothingMore() {
    tail.begin(10);

    assertThat(tail.after(10, 5)).contains(List.of());
  }

  @Test
  void whatWasAppendedIsInMemory() {
    tail.begin(10);
    tail.append(items(11, 13, ""));

    assertThat(tail.after(11, 5).orElseThrow()).extracting(FeedItem::id).containsExactly(12L, 13L);
  }

  @Test
  void aPageIsBounded() {
    tail.begin(0);
    tail.append(items(1, 50, ""));

    assertThat(tail.after(0, 5).orElseThrow()).hasSize(5);
  }

  @Test
  void theNumberOfItemsIsBounded() {
    tail.begin(0);
    tail.append(items(1, 5_000, ""));

    assertThat(tail.after(2_999, 5)).isEmpty();
  }

  @Test
  void theSizeOfItemsIsBounded() {
    tail.begin(0);
    tail.append(items(1, 20, "x".repeat(1 << 20)));

    assertThat(tail.after(10, 5)).isEmpty();
  }

  @Test
  void whoWaitsIsWoken() throws InterruptedException {
    tail.begin(0);
    Thread appender = Thread.ofVirtual().start(() -> tail.append(items(1, 1, "")));

    tail.awaitAfter(0, Duration.ofSeconds(60));
    appender.join();

    assertThat(tail.lastId()).isEqualTo(1);
  }

  private static List<FeedItem> items(long from, long to, String event) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(id -> new FeedItem(id, "t", "x", null, event))
        .toList();
  }
}
