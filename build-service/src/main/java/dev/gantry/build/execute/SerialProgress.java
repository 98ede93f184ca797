package dev.gantry.build.execute;

import dev.gantry.build.plan.PlannedStep;

/** Tells of stages that are built side by side as if it were one thing after the other. */
final class SerialProgress implements Progress {
  private final Progress heard;

  SerialProgress(Progress heard) {
    this.heard = heard;
  }

  @Override
  public synchronized void started(String stage, PlannedStep step, int total) {
    heard.started(stage, step, total);
  }

  @Override
  public synchronized void executing() {
    heard.executing();
  }

  @Override
  public synchronized void finished(String stage, PlannedStep step, int total, Finish finish) {
    heard.finished(stage, step, total, finish);
  }
}
