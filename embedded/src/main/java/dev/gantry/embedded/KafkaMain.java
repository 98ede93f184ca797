package dev.gantry.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Kafka as a process of its own: {@code KafkaMain DIRECTORY PORT CONTROLLER_PORT}. SIGTERM stops it
 * in order; it exits with 1 when it cannot start and 2 when it is called wrongly.
 */
public final class KafkaMain {
  /** Kept, since the log manager forgets loggers that nobody refers to. */
  private static final Logger ALL = Logger.getLogger("");

  private KafkaMain() {}

  static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: KafkaMain DIRECTORY PORT CONTROLLER_PORT");
      System.exit(2);
    }
    ALL.setLevel(Level.WARNING);
    try {
      EmbeddedKafka kafka =
          EmbeddedKafka.start(
              Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "kafka-shutdown"));
    } catch (Exception e) {
      e.printStackTrace();
      // Kafka's threads are no daemons: without this a half-started broker would linger.
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }
}
