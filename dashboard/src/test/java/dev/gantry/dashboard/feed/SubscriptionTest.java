package dev.gantry.dashboard.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
  private final FeedTail tail = new FeedTail();
  private final Recorder client = new Recorder();

  @Test
  void aClientThatTakesNoMoreIsLetGo() {
    tail.begin(0);
    tail.append(items(10));
    client.takes = 3;

    subscription(new FeedFilter(List.of(), List.of(), List.of())).run();

    assertThat(client.got).containsExactly(1L, 2L, 3L);
    assertThat(client.closed).isTrue();
  }

  @Test
  void onlyWhatMatchesIsSent() {
    tail.begin(0);
    tail.append(items(10));
    client.takes = 2;

    subscription(new FeedFilter(List.of("t*"), List.of("s2", "s5", "s9"), List.of("even"))).run();

    assertThat(client.got).containsExactly(2L);
  }

  @Test
  void aQuietFeedBeatsItsHeart() {
    tail.begin(0);
    client.heartbeats = 4;

    subscription(new FeedFilter(List.of(), List.of(), List.of())).run();

    assertThat(client.beats).isEqualTo(4);
  }

  private Subscription subscription(FeedFilter filter) {
    FeedStore unused = new FeedStore((DataSource) null, null);
    return new Subscription(new FeedReader(unused, tail), filter, client, Duration.ofMillis(1), 0);
  }

  private static List<FeedItem> items(int count) {
    List<FeedItem> items = new ArrayList<>();
    for (int id = 1; id <= count; id++) {
      items.add(new FeedItem(id, "topic", id % 2 == 0 ? "even" : "odd", "s" + id, "{}"));
    }
    return items;
  }

  /** A client that is gone after some events or heartbeats. */
  private static final class Recorder implements Subscription.Client {
    private final List<Long> got = new ArrayList<>();
    private int takes = 100;
    private int heartbeats = 2;
    private int beats;
    private boolean closed;

    @Override
    public boolean send(FeedItem item) {
      if (got.size() == takes) {
        return false;
      }
      got.add(item.id());
      return true;
    }

    @Override
    public boolean heartbeat() {
      beats++;
      return beats < heartbeats;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
