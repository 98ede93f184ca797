package dev.gantry.launcher;

import dev.gantry.launcher.platform.Layout;
import dev.gantry.launcher.platform.Platform;
import dev.gantry.launcher.settings.InvalidSettingException;
import dev.gantry.launcher.settings.Settings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;

/**
 * {@code Launcher up}: brings a platform up and keeps it up until SIGTERM. Exit codes: 0 after an
 * orderly end, 1 when it did not come up, 2 for a wrong call or setting, 3 when the platform of
 * this directory runs already. What went wrong is the last line of standard error.
 */
public final class Launcher {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int RUNS_ALREADY = 3;

  private Launcher() {}

  static void main(String[] args) throws Exception {
    String root = System.getProperty("gantry.root");
    if (args.length != 1 || !args[0].equals("up") || root == null) {
      System.err.println("usage: java -Dgantry.root=CHECKOUT -jar launcher.jar up");
      System.exit(USAGE);
      return;
    }
    try {
      Settings settings = Settings.from(System.getenv());
      System.exit(serve(settings, new Layout(Path.of(root).toAbsolutePath().normalize())));
    } catch (InvalidSettingException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE);
    }
  }

  private static int serve(Settings settings, Layout layout) throws Exception {
    Files.createDirectories(settings.home());
    Files.setPosixFilePermissions(settings.home(), PosixFilePermissions.fromString("rwx------"));
    try (FileChannel channel =
            FileChannel.open(
                settings.home().resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        System.err.println("the platform in " + settings.home() + " runs already");
        return RUNS_ALREADY;
      }
      return run(settings, layout);
    }
  }

  private static int run(Settings settings, Layout layout) throws InterruptedException {
    try {
      Platform platform = Platform.plan(settings, layout);
      CountDownLatch ended = new CountDownLatch(1);
      Thread down = Thread.ofPlatform().name("down").unstarted(() -> end(platform, ended));
      Runtime.getRuntime().addShutdownHook(down);
      try {
        platform.up();
      } catch (IOException e) {
        platform.down(e.getMessage());
        throw e;
      }
      // Until SIGTERM: the hook does the rest.
      ended.await();
      return 0;
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return FAILED;
    }
  }

  private static void end(Platform platform, CountDownLatch ended) {
    try {
      platform.down(null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }
}
