package dev.gantry.dashboard.feed;

import dev.gantry.bus.LogFollower;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Takes records from the bus into the feed, and tells those who wait. */
final class FeedSink implements LogFollower.Sink {
  private final FeedStore store;
  private final FeedTail tail;
  private final RecordReader reader = new RecordReader();

  FeedSink(FeedStore store, FeedTail tail) {
    this.store = store;
    this.tail = tail;
  }

  @Override
  public Map<TopicPartition, Long> positions() {
    try {
      return store.positions();
    } catch (SQLException e) {
      throw new IllegalStateException("the feed does not know its positions", e);
    }
  }

  @Override
  public void accept(
      List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> positions) {
    try {
      tail.append(store.append(records.stream().map(reader::read).toList(), positions));
    } catch (SQLException e) {
      throw new IllegalStateException("the feed cannot be stored", e);
    }
  }
}
