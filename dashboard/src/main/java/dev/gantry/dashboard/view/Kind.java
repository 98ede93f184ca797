package dev.gantry.dashboard.view;

/** What there are views of. */
public enum Kind {
  RUN,
  BUILD,
  REPOSITORY,
  HOST
}
