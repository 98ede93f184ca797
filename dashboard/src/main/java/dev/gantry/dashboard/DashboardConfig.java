package dev.gantry.dashboard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be set, all below {@code gantry.dashboard}. */
@ConfigMapping(prefix = "gantry.dashboard")
public interface DashboardConfig {

  /** How many events are kept; the oldest go first. */
  @WithDefault("200000")
  long feedEventsMax();

  /** How long events are kept. */
  @WithDefault("P7D")
  Duration feedAgeMax();

  /**
   * How many runs, builds, repositories and hosts are kept, of each; those long silent go first.
   */
  @WithDefault("20000")
  long viewsMax();

  /** How many clients may follow the event stream at a time. */
  @WithDefault("256")
  int clientsMax();
}
