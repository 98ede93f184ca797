package dev.gantry.image.mirror;

import dev.gantry.oci.content.Digest;
import dev.gantry.oci.content.Digester;
import dev.gantry.oci.registry.UpstreamRegistry;
import dev.gantry.oci.registry.UpstreamRegistry.BlobStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A blob on its way from an upstream into a file that many may follow while it grows. Its last byte
 * is not handed out before the whole is known to be what was asked for: who follows a wrong one
 * gets a broken transfer. Thread-safe; {@link #run} once.
 */
final class BlobFetch implements Runnable {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final long PAUSE_MILLIS = 200;

  private final Place place;
  private final Digest digest;
  private final Path file;
  private final MirrorLimits limits;
  private final Keeper keeper;
  private final Digester digester;
  private final long deadline;
  private State state = new State.Asking();
  private long written;

  BlobFetch(Place place, Digest digest, Path file, MirrorLimits limits, Keeper keeper) {
    this.place = place;
    this.digest = digest;
    this.file = file;
    this.limits = limits;
    this.keeper = keeper;
    this.digester = new Digester(digest.algorithm());
    this.deadline = System.nanoTime() + limits.fetchMax().toNanos();
  }

  /** Where blobs are kept. */
  interface Keeper {
    /** Whether the repository has the blob. */
    boolean has(Place place, Digest digest);

    /** Takes over the file of a verified blob, for this repository. */
    void keep(Place place, Digest digest, Path file) throws IOException;
  }

  /** How far it is. */
  sealed interface State {
    /** The upstream has not answered yet. */
    record Asking() implements State {}

    /** It comes; the size is known if the upstream says it. */
    record Coming(OptionalLong size) implements State {}

    /** It is in the store, for the repository. */
    record Whole() implements State {}

    /** It will not come, and nothing of it is kept. */
    record Failed(Failure why) implements State {}
  }

  @Override
  public void run() {
    try {
      if (keeper.has(place, digest)) {
        become(new State.Whole());
        return;
      }
      switch (place.upstream().ask(registry -> registry.blob(place.there(), digest, 0))) {
        case Answer.Got<BlobStream>(BlobStream stream) -> become(receive(stream));
        case Answer.Nothing<BlobStream>(Failure why) -> become(new State.Failed(why));
      }
    } catch (IOException e) {
      become(new State.Failed(new Failure.Ours(e)));
    } catch (RuntimeException e) {
      become(new State.Failed(new Failure.Ours(new IOException("a blob cannot be kept", e))));
    } finally {
      deleteQuietly();
    }
  }

  private State receive(BlobStream first) throws IOException {
    long size = first.size().orElse(-1);
    if (size > limits.blobBytesMax()) {
      first.body().close();
      return new State.Failed(tooLong());
    }
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      become(new State.Coming(first.size()));
      Optional<Failure> failure = receiveAll(first, size, out);
      if (failure.isPresent()) {
        return new State.Failed(failure.get());
      }
    }
    if (!digester.finish().equals(digest)) {
      return new State.Failed(
          new Failure.Wrong("the upstream's content is not what its digest says"));
    }
    keeper.keep(place, digest, file);
    return new State.Whole();
  }

  private static Failure tooLong() {
    return new Failure.Wrong("the upstream's blob is longer than this registry takes");
  }

  /** Goes on after each break, until too many in a row brought nothing. */
  private Optional<Failure> receiveAll(BlobStream first, long size, FileChannel out)
      throws IOException {
    InputStream body = first.body();
    int fruitless = 0;
    while (true) {
      long before = written();
      try (InputStream from = body) {
        if (copy(from, size, out)) {
          return written() > (size < 0 ? limits.blobBytesMax() : size)
              ? Optional.of(tooLong())
              : Optional.empty();
        }
      }
      fruitless = written() > before ? 0 : fruitless + 1;
      if (fruitless >= limits.triesMax() || System.nanoTime() > deadline || !pause(fruitless)) {
        return Optional.of(new Failure.Away("the upstream broke off within a blob"));
      }
      switch (goOn()) {
        case Answer.Got<InputStream>(InputStream rest) -> body = rest;
        case Answer.Nothing<InputStream>(Failure why) -> {
          return Optional.of(why);
        }
      }
    }
  }

  /** An upstream that is away is as a connection that brings nothing. */
  private Answer<InputStream> goOn() {
    try {
      UpstreamRegistry registry = place.upstream().registry();
      return new Answer.Got<>(registry.blob(place.there(), digest, written()).body());
    } catch (IOException e) {
      Failure failure = Failure.of(e);
      return failure instanceof Failure.Away
          ? new Answer.Got<>(InputStream.nullInputStream())
          : new Answer.Nothing<>(failure);
    }
  }

  /** Whether this was all; false when the connection broke before. */
  private boolean copy(InputStream body, long size, FileChannel out) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (System.nanoTime() < deadline) {
      int count;
      try {
        count = body.read(buffer);
      } catch (IOException e) {
        return false;
      }
      if (count < 0) {
        return size < 0 || written() >= size;
      }
      digester.update(buffer, 0, count);
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      if (advance(count) > (size < 0 ? limits.blobBytesMax() : size)) {
        return true;
      }
    }
    return false;
  }

  private static boolean pause(int fruitless) {
    try {
      Thread.sleep(PAUSE_MILLIS << Math.min(fruitless, 5));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void deleteQuietly() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It goes with the next start.
    }
  }

  private synchronized long written() {
    return written;
  }

  private synchronized long advance(int count) {
    written += count;
    notifyAll();
    return written;
  }

  private synchronized void become(State next) {
    state = next;
    notifyAll();
  }

  /** How far it is now. */
  synchronized State state() {
    return state;
  }

  /** Waits until the upstream has answered. */
  synchronized State awaitAnswer() throws InterruptedException {
    while (state instanceof State.Asking) {
      wait();
    }
    return state;
  }

  /** Waits until it is whole or has failed. */
  synchronized State awaitEnd() throws InterruptedException {
    while (state instanceof State.Asking || state instanceof State.Coming) {
      wait();
    }
    return state;
  }

  /**
   * Waits until there is more than {@code position} to be read, or the end.
   *
   * @return up to where may be read
   * @throws IOException when it failed
   */
  synchronized long awaitBeyond(long position) throws IOException, InterruptedException {
    while (true) {
      switch (state) {
        case State.Asking _ -> wait();
        case State.Coming _ -> {
          if (written - 1 > position) {
            return written - 1;
          }
          wait();
        }
        case State.Whole() -> {
          return written;
        }
        case State.Failed(Failure why) ->
            throw new IOException("the transfer ends before its end: " + why);
      }
    }
  }

  /** Follows a part of it; empty when it has come to its end in the meantime. */
  Optional<InputStream> follow(long offset, long count) throws IOException {
    try {
      return Optional.of(new FollowingStream(this, FileChannel.open(file), offset, count));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
