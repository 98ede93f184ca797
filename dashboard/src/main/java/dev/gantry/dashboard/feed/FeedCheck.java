package dev.gantry.dashboard.feed;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means that what happens arrives. */
@Readiness
public final class FeedCheck implements HealthCheck {
  private final FeedWiring feed;

  FeedCheck(FeedWiring feed) {
    this.feed = feed;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("feed").status(feed.isFollowing()).build();
  }
}
