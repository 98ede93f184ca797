package dev.gantry.linux.process;

import com.sun.jna.Memory;
import dev.gantry.linux.FileDescriptor;
import dev.gantry.linux.Libc;
import dev.gantry.linux.LinuxException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits for any number of processes in one thread: an epoll(7) of pidfds. Children of this process
 * are reaped. What else the kernel rings a {@link Bell} for is waited for in the same thread.
 * Thread-safe.
 */
public final class PidWatcher implements AutoCloseable {
  private static final int EVENT_BYTES = 12; // struct epoll_event is packed on x86-64
  private static final int DATA_OFFSET = 4;
  private static final int BATCH = 64;
  private static final long CLOSE_TOKEN = 0;

  private record Watched(FileDescriptor pidfd, CompletableFuture<Void> ended) {}

  /** Rings that come while one is being answered are answered together, after it. */
  private record Rung(Bell bell, Runnable answer, AtomicInteger unanswered) {
    void answerAll() {
      int answered;
      do {
        answered = unanswered.get();
        answer.run();
      } while (unanswered.addAndGet(-answered) > 0);
    }
  }

  private final FileDescriptor epoll;
  private final FileDescriptor closing;
  private final AtomicLong tokens = new AtomicLong(CLOSE_TOKEN);
  private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
  private final Map<Long, Rung> bells = new ConcurrentHashMap<>();
  private final ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;

  private PidWatcher(FileDescriptor epoll, FileDescriptor closing) {
    this.epoll = epoll;
    this.closing = closing;
    this.thread = Thread.ofPlatform().name("pid-watcher").daemon().unstarted(this::run);
  }

  /** Starts the thread. */
  public static PidWatcher start() throws LinuxException {
    FileDescriptor epoll =
        FileDescriptor.of(
            Libc.check("epoll_create1", ProcessCalls.epoll_create1(ProcessCalls.O_CLOEXEC)));
    FileDescriptor closing =
        FileDescriptor.of(Libc.check("eventfd", ProcessCalls.eventfd(0, ProcessCalls.O_CLOEXEC)));
    PidWatcher watcher = new PidWatcher(epoll, closing);
    watcher.add(closing.number(), ProcessCalls.EPOLLIN, CLOSE_TOKEN);
    watcher.thread.start();
    return watcher;
  }

  /**
   * Completes when the process has ended; at once when it is gone already. What is chained to it
   * runs on a virtual thread.
   */
  public CompletableFuture<Void> register(ProcessId process) throws LinuxException {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Optional<FileDescriptor> pidfd = process.open();
    if (pidfd.isEmpty()) {
      callbacks.execute(() -> ended.complete(null));
      return ended;
    }
    long token = tokens.incrementAndGet();
    watched.put(token, new Watched(pidfd.get(), ended));
    try {
      add(pidfd.get().number(), ProcessCalls.EPOLLIN, token);
    } catch (LinuxException e) {
      watched.remove(token);
      pidfd.get().close();
      throw e;
    }
    return ended;
  }

  /**
   * Answers a bell whenever it rings, on a virtual thread, one answer at a time.
   *
   * @return ends that, and closes the bell; a repeated call does nothing
   */
  public Runnable answer(Bell bell, Runnable answer) throws LinuxException {
    long token = tokens.incrementAndGet();
    bells.put(token, new Rung(bell, answer, new AtomicInteger()));
    try {
      add(bell.number(), bell.events(), token);
    } catch (LinuxException e) {
      mute(token);
      throw e;
    }
    return () -> mute(token);
  }

  private void mute(long token) {
    Rung rung = bells.remove(token);
    if (rung != null) {
      synchronized (rung.bell()) {
        rung.bell().close(); // which takes it out of the epoll
      }
    }
  }

  private void rings(long token) {
    Rung rung = bells.get(token);
    if (rung == null) {
      return;
    }
    synchronized (rung.bell()) {
      if (!bells.containsKey(token)) {
        return;
      }
      rung.bell().silence();
    }
    if (rung.unanswered().getAndIncrement() == 0) {
      callbacks.execute(rung::answerAll);
    }
  }

  private void add(int fd, int events, long token) throws LinuxException {
    try (Memory event = new Memory(EVENT_BYTES)) {
      event.setInt(0, events);
      event.setLong(DATA_OFFSET, token);
      Libc.check(
          "epoll_ctl",
          ProcessCalls.epoll_ctl(epoll.number(), ProcessCalls.EPOLL_CTL_ADD, fd, event));
    }
  }

  private void run() {
    try (Memory events = new Memory((long) EVENT_BYTES * BATCH);
        epoll;
        closing) {
      while (true) {
        int count = ProcessCalls.epoll_wait(epoll.number(), events, BATCH, -1);
        for (int i = 0; i < count; i++) { // -1: EINTR, the only error of an open epoll
          long token = events.getLong((long) i * EVENT_BYTES + DATA_OFFSET);
          if (token == CLOSE_TOKEN) {
            return;
          }
          ended(token);
          rings(token);
        }
      }
    } finally {
      watched.values().forEach(one -> one.pidfd().close());
      bells.keySet().forEach(this::mute);
      callbacks.shutdown();
    }
  }

  private void ended(long token) {
    Watched one = watched.remove(token);
    if (one != null) {
      ProcessCalls.reap(one.pidfd().number());
      one.pidfd().close(); // which takes it out of the epoll
      callbacks.execute(() -> one.ended().complete(null));
    }
  }

  /** Ends the thread. What is registered never completes. A repeated call does nothing. */
  @Override
  public void close() {
    if (thread.isAlive()) {
      ProcessCalls.write(closing.number(), new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, Long.BYTES);
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
