package dev.gantry.bus;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Where facts wait, durably, until they are in the log. Called by the publisher's one thread only.
 * A method that throws is called again after a pause.
 */
public interface Outbox {

  /** The oldest facts that are not marked as published, in order of position; at most max. */
  List<Pending> next(int max);

  /**
   * Marks facts as published, and moves the marks of the partitions that they went to, durably and
   * together. A repeated call changes nothing.
   *
   * @param nextOffsets by partition: every fact in the log below this offset is marked
   */
  void published(List<Pending> facts, Map<TopicPartition, Long> nextOffsets);

  /** The saved marks: from there on a partition may hold facts of ours that are not marked. */
  Map<TopicPartition, Long> marks();

  /** Returns when there may be more to publish, or after the time given. */
  void awaitMore(Duration patience) throws InterruptedException;
}
