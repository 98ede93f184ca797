package dev.gantry.dashboard.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.dashboard.DashboardConfig;
import dev.gantry.dashboard.problem.ProblemException;
import dev.gantry.events.ReasonCode;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The feed of all events, as a stream and in pages. */
@Path("/v1")
@Blocking
public final class FeedResource {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final long SEND_SECONDS_MAX = 30;
  private static final int LIMIT_MAX = 500;

  private final FeedReader feed;
  private final Semaphore clients;

  FeedResource(FeedReader feed, DashboardConfig config) {
    this.feed = feed;
    this.clients = new Semaphore(config.clientsMax());
  }

  /**
   * Items of the feed, oldest first.
   *
   * @param lastId up to where the feed was read: the {@code after} of a later question
   * @param next where this page goes on; absent at the end of the feed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Items(List<FeedItem> items, long lastId, @Nullable String next) {}

  /**
   * Server-sent events: {@code id} is the number in the feed, {@code event} the CloudEvents type,
   * {@code data} the CloudEvent. Begins after {@code Last-Event-ID} or {@code after} (0: all that
   * are kept), or with about the {@code last} so many, else with what comes next. Conditions may be
   * repeated, and may end with {@code *}.
   */
  @GET
  @Path("events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void follow(@Context SseEventSink sink, @Context Sse sse, Conditions conditions) {
    long after = begin(conditions);
    if (!clients.tryAcquire()) {
      throw new ProblemException(
          ReasonCode.UNAVAILABLE, "as many clients follow the events as are allowed", null);
    }
    SseClient client = new SseClient(sink, sse, clients);
    // The answer's head goes out before this returns: the framework would race for it otherwise.
    if (!client.heartbeat()) {
      client.close();
      return;
    }
    Subscription subscription =
        new Subscription(feed, conditions.filter(), client, HEARTBEAT, after);
    Thread.ofVirtual().name("events-" + after).start(subscription);
  }

  /** A page of the feed; {@code next} is where to go on, also later. */
  @GET
  @Path("events.json")
  @Produces(MediaType.APPLICATION_JSON)
  public Items page(Conditions conditions, @QueryParam("limit") @DefaultValue("100") String limit)
      throws SQLException {
    long after = number("after", conditions.after == null ? "0" : conditions.after);
    long max = number("limit", limit);
    if (max < 1 || max > LIMIT_MAX) {
      throw invalid("limit", "must be from 1 to " + LIMIT_MAX);
    }
    FeedFilter filter = conditions.filter();
    List<FeedItem> read = feed.after(after, LIMIT_MAX);
    List<FeedItem> items = read.stream().filter(filter::matches).limit(max).toList();
    long last =
        items.size() == max ? items.getLast().id() : read.isEmpty() ? after : read.getLast().id();
    String next =
        last < feed.tail().lastId()
            ? "/v1/events.json?after=" + last + "&limit=" + max + filter.query()
            : null;
    return new Items(items, last, next);
  }

  private long begin(Conditions conditions) {
    if (!feed.tail().isReady()) {
      throw new ProblemException(ReasonCode.UNAVAILABLE, "the feed is not read yet", null);
    }
    if (conditions.lastEventId != null && !conditions.lastEventId.isBlank()) {
      return number("Last-Event-ID", conditions.lastEventId);
    }
    if (conditions.last != null) {
      return Math.max(0, feed.tail().lastId() - number("last", conditions.last));
    }
    return conditions.after == null ? feed.tail().lastId() : number("after", conditions.after);
  }

  private static long number(String name, String text) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // As bad as a negative one.
    }
    throw invalid(name, "must be a number from 0");
  }

  private static ProblemException invalid(String field, String what) {
    return new ProblemException(ReasonCode.INVALID_PARAMETER, field + ' ' + what, field);
  }

  /** Which events, and from where. */
  public static final class Conditions {
    @QueryParam("topic")
    @Nullable List<String> topics;

    @QueryParam("subject")
    @Nullable List<String> subjects;

    @QueryParam("type")
    @Nullable List<String> types;

    @QueryParam("after")
    @Nullable String after;

    @QueryParam("last")
    @Nullable String last;

    @HeaderParam("Last-Event-ID")
    @Nullable String lastEventId;

    FeedFilter filter() {
      return new FeedFilter(orEmpty(topics), orEmpty(subjects), orEmpty(types));
    }

    private static List<String> orEmpty(@Nullable List<String> values) {
      return values == null ? List.of() : values;
    }
  }

  /** A client over HTTP, which counts among those that are allowed until it is closed. */
  private record SseClient(SseEventSink sink, Sse sse, Semaphore clients)
      implements Subscription.Client {
    @Override
    public boolean send(FeedItem item) {
      return send(
          sse.newEventBuilder()
              .id(Long.toString(item.id()))
              .name(item.type())
              .data(String.class, item.event())
              .build());
    }

    @Override
    public boolean heartbeat() {
      return send(sse.newEventBuilder().comment("").build());
    }

    @Override
    public void close() {
      clients.release();
      sink.close();
    }

    private boolean send(OutboundSseEvent event) {
      if (sink.isClosed()) {
        return false;
      }
      try {
        sink.send(event).toCompletableFuture().get(SEND_SECONDS_MAX, TimeUnit.SECONDS);
        return true;
      } catch (ExecutionException | TimeoutException | IllegalStateException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
