package dev.gantry.run.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.bus.Pending;
import dev.gantry.events.CloudEventCodec;
import dev.gantry.events.Envelope;
import dev.gantry.events.ReasonCode;
import dev.gantry.events.RunEvent;
import dev.gantry.run.journal.Frame;
import dev.gantry.run.journal.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalOutboxTest {
  private static final String RUN = "0123456789abcdef0123456789abcdef";
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final TopicPartition PARTITION = new TopicPartition("topic", 3);

  @TempDir Path directory;
  private final CloudEventCodec codec = new CloudEventCodec();

  @Test
  void factsWaitInTheOrderOfTheJournal() throws IOException {
    JournalOutbox outbox = open();
    outbox.offer(fact(1));
    outbox.offer(fact(2));
    assertThat(outbox.next(10))
        .extracting(Pending::eventId)
        .containsExactly(RUN + "-1", RUN + "-2");
  }

  @Test
  void whatIsMarkedIsNotPublishedAgainAfterARestart() throws IOException {
    JournalOutbox outbox = open();
    outbox.offer(fact(1));
    outbox.offer(fact(2));
    outbox.published(outbox.next(1), Map.of(PARTITION, 8L));
    JournalOutbox reopened = open();
    reopened.offer(fact(1));
    reopened.offer(fact(2));
    assertThat(reopened.next(10)).extracting(Pending::eventId).containsExactly(RUN + "-2");
  }

  @Test
  void marksOfPartitionsAreKept() throws IOException {
    JournalOutbox outbox = open();
    outbox.published(List.of(), Map.of(PARTITION, 8L));
    assertThat(open().marks()).containsEntry(PARTITION, 8L);
  }

  @Test
  void marksThatCannotBeReadAreNone() throws IOException {
    Files.writeString(directory.resolve("marks"), "{\"position\":");
    assertThat(open().marks()).isEmpty();
  }

  @Test
  void aDeadLetterIsUntouchedAndSaysWhereItLay() throws IOException {
    JournalOutbox outbox = open();
    byte[] value = "what came".getBytes(StandardCharsets.UTF_8);
    DeadLetter.Origin origin =
        new DeadLetter.Origin("requests", 2, 17, null, value, Map.of("h", new byte[] {1}));
    DeadLetter letter = DeadLetter.of(origin, ReasonCode.RUN_NOT_FOUND, "no such run", AT);
    outbox.offer(new Frame(1, Kind.DEAD_LETTER, "", letter.encode()));
    Pending pending = outbox.next(1).getFirst();
    assertThat(pending.value()).isEqualTo(value);
    assertThat(pending.headers()).containsKeys("h", "gantry-dlt-reason", "gantry-dlt-offset");
  }

  private JournalOutbox open() throws IOException {
    return JournalOutbox.open(directory.resolve("marks"), "run-service");
  }

  private Frame fact(long position) {
    RunEvent.About about = new RunEvent.About("host", null, null);
    byte[] event =
        codec.encode(
            Envelope.fact(
                URI.create("/gantry/run-service/host"),
                AT,
                RUN,
                position,
                new RunEvent.Placed(about)));
    return new Frame(position, Kind.FACT, RUN, event);
  }
}
