package dev.gantry.dashboard.feed;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * One client that follows the feed. The next event is read when the last one is on its way, so that
 * nothing queues up for a slow client; one that does not take an event in time is let go, and comes
 * back with the id of the last that it saw.
 */
final class Subscription implements Runnable {
  private static final Logger LOG = Logger.getLogger(Subscription.class);
  private static final int PAGE = 200;

  private final FeedReader feed;
  private final FeedFilter filter;
  private final Client client;
  private final Duration heartbeat;
  private long position;

  /** The connection to a client; a method returns false when the client is gone or too slow. */
  interface Client {
    boolean send(FeedItem item);

    boolean heartbeat();

    void close();
  }

  Subscription(FeedReader feed, FeedFilter filter, Client client, Duration heartbeat, long after) {
    this.feed = feed;
    this.filter = filter;
    this.client = client;
    this.heartbeat = heartbeat;
    this.position = after;
  }

  @Override
  public void run() {
    try {
      boolean open = true;
      while (open) {
        open = step();
      }
    } catch (SQLException e) {
      LOG.debugf("a client is let go since the feed cannot be read: %s", e.getMessage());
    } catch (InterruptedException e) {
      LOG.debug("a client is let go since the service stops");
    } finally {
      client.close();
    }
  }

  private boolean step() throws SQLException, InterruptedException {
    List<FeedItem> items = feed.after(position, PAGE);
    for (FeedItem item : items) {
      if (filter.matches(item) && !client.send(item)) {
        return false;
      }
      position = item.id();
    }
    if (!items.isEmpty()) {
      return true;
    }
    feed.tail().awaitAfter(position, heartbeat);
    return feed.tail().lastId() > position || client.heartbeat();
  }
}
