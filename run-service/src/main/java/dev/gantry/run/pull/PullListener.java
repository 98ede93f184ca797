package dev.gantry.run.pull;

/** Hears that an image has to be fetched. */
@FunctionalInterface
public interface PullListener {
  /** So many of the image's layers are missing here; called once at most, before the result. */
  void pulling(String digest, int layers);
}
