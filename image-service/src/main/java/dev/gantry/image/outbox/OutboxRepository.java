package dev.gantry.image.outbox;

import dev.gantry.bus.Outbox;
import dev.gantry.bus.Pending;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Envelope;
import dev.gantry.events.ImageEvent;
import dev.gantry.events.StoreEvent;
import dev.gantry.events.Topics;
import dev.gantry.image.ImageConfig;
import dev.gantry.image.repository.RepositoryEntity;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The outbox: a fact is written in the transaction of the change that it tells of, and leaves when
 * it is in the log.
 */
@ApplicationScoped
public class OutboxRepository implements PanacheRepository<OutboxEntity>, Outbox {
  private final TransactionSynchronizationRegistry transactions;
  private final URI source;
  private final String host;
  private final CloudEventCodec codec = new CloudEventCodec();
  private final Semaphore more = new Semaphore(0);

  OutboxRepository(TransactionSynchronizationRegistry transactions, ImageConfig config) {
    this.transactions = transactions;
    this.source = config.source();
    this.host = config.hostId();
  }

  /** Writes the repository's next fact; the caller's transaction holds the repository's lock. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void append(RepositoryEntity repository, ImageEvent event) {
    String name = repository.name();
    long sequence = repository.nextEventSequence();
    persist(Envelope.fact(source, now(), name, sequence, event));
  }

  /**
   * A fact that its maker writes into the outbox.
   *
   * @param id of the event
   * @param value as it goes to the log
   */
  public record Fact(String id, byte[] value) {}

  /**
   * The repository's next facts, for somebody who writes them himself, in the transaction at hand,
   * which holds the repository's lock.
   *
   * @param last the number of its last event
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public List<Fact> facts(String repository, long last, List<ImageEvent> events) {
    List<Fact> facts = new ArrayList<>();
    for (ImageEvent event : events) {
      long sequence = last + facts.size() + 1;
      Envelope<?> fact = Envelope.fact(source, now(), repository, sequence, event);
      facts.add(new Fact(fact.id(), codec.encode(fact)));
    }
    transactions.registerInterposedSynchronization(new WakeAfterCommit());
    return facts;
  }

  /** Writes the next fact about this host's store, in the caller's transaction. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void append(StoreEvent event) {
    long sequence =
        ((Number)
                getEntityManager()
                    .createNativeQuery(
                        "insert into store_sequence (subject, event_sequence) values (:subject, 1)"
                            + " on conflict (subject) do update set event_sequence ="
                            + " store_sequence.event_sequence + 1 returning event_sequence")
                    .setParameter("subject", host)
                    .getSingleResult())
            .longValue();
    persist(Envelope.fact(source, now(), host, sequence, event));
  }

  private void persist(Envelope<?> fact) {
    String key = Objects.requireNonNull(fact.subject());
    persist(new OutboxEntity(Topics.IMAGE_EVENTS, key, fact.id(), codec.encode(fact)));
    transactions.registerInterposedSynchronization(new WakeAfterCommit());
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  @Transactional
  public List<Pending> next(int max) {
    return findAll(Sort.by("position")).range(0, max - 1).stream()
        .map(OutboxRepository::pending)
        .toList();
  }

  @Override
  @Transactional
  public void published(List<Pending> facts, Map<TopicPartition, Long> nextOffsets) {
    if (!facts.isEmpty()) {
      delete("position in ?1", facts.stream().map(Pending::position).toList());
    }
    nextOffsets.forEach(this::mark);
  }

  private void mark(TopicPartition partition, long nextOffset) {
    getEntityManager()
        .createNativeQuery(
            "insert into outbox_mark (topic, partition, next_offset) values (:topic, :partition,"
                + " :next) on conflict (topic, partition) do update set next_offset ="
                + " greatest(outbox_mark.next_offset, excluded.next_offset)")
        .setParameter("topic", partition.topic())
        .setParameter("partition", partition.partition())
        .setParameter("next", nextOffset)
        .executeUpdate();
  }

  @Override
  @Transactional
  public Map<TopicPartition, Long> marks() {
    return getEntityManager()
        .createQuery("from OutboxMarkEntity", OutboxMarkEntity.class)
        .getResultStream()
        .collect(
            Collectors.toMap(
                mark -> new TopicPartition(mark.topic(), mark.partition()),
                OutboxMarkEntity::nextOffset));
  }

  @Override
  public void awaitMore(Duration patience) throws InterruptedException {
    if (more.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      more.drainPermits();
    }
  }

  private static Pending pending(OutboxEntity fact) {
    return new Pending(
        fact.position(),
        fact.topic(),
        fact.key(),
        fact.eventId(),
        fact.value(),
        CloudEventCodec.headers());
  }

  private final class WakeAfterCommit implements Synchronization {
    @Override
    public void beforeCompletion() {}

    @Override
    public void afterCompletion(int status) {
      if (status == Status.STATUS_COMMITTED) {
        more.release();
      }
    }
  }
}
