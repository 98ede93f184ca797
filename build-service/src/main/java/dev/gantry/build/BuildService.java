package dev.gantry.build;

import dev.gantry.build.cache.StepCache;
import dev.gantry.build.context.ContextLimits;
import dev.gantry.build.context.ContextStore;
import dev.gantry.build.execute.BlobPresence;
import dev.gantry.build.execute.CacheMounts;
import dev.gantry.build.execute.Engine;
import dev.gantry.build.execute.Images;
import dev.gantry.build.execute.Sandboxes;
import dev.gantry.build.fetch.FetchLimits;
import dev.gantry.build.fetch.Fetchers;
import dev.gantry.build.layer.LayerStore;
import dev.gantry.build.log.BuildLogs;
import dev.gantry.build.log.LogTable;
import dev.gantry.build.output.ImageOutputs;
import dev.gantry.build.publish.OtherRegistries;
import dev.gantry.build.queue.BuildCatalog;
import dev.gantry.build.queue.BuildStore;
import dev.gantry.build.queue.Database;
import dev.gantry.build.queue.FactLog;
import dev.gantry.build.queue.JdbcOutbox;
import dev.gantry.build.queue.Lease;
import dev.gantry.build.queue.Leases;
import dev.gantry.build.request.BuildBus;
import dev.gantry.build.request.BuildRequests;
import dev.gantry.build.request.CheckResource;
import dev.gantry.build.request.Submitter;
import dev.gantry.build.secret.BuildSecrets;
import dev.gantry.build.secret.SecretSeal;
import dev.gantry.build.settings.BuildSettings;
import dev.gantry.build.upload.Uploads;
import dev.gantry.build.worker.BuildWorkers;
import dev.gantry.isolation.sandbox.HostConfig;
import dev.gantry.oci.image.Platform;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistrySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** All parts of the service, put together. */
final class BuildService {
  private final Sandboxes sandboxes;

  /** Two minutes: a build outlasts a registry that is started anew. */
  private static final RegistrySettings PATIENCE =
      new RegistrySettings(
          Duration.ofSeconds(5), Duration.ofSeconds(30), 10, Duration.ofMillis(250));

  private final RegistryClient registry;
  private final RegistryClient patient;
  private final ContextStore contexts;
  private final Uploads uploads;
  private final BuildLogs logs;
  private final BuildCatalog catalog;
  private final BuildWorkers workers;
  private final BuildRequests requests;
  private final Submitter submitter;
  private final ImageOutputs outputs;
  private final CheckResource.Platforms platforms;
  private final BuildBus bus;

  /**
   * Makes everything ready; nothing works yet.
   *
   * @throws IOException when the state directory is another process's, or the host cannot run
   *     sandboxes
   */
  BuildService(BuildSettings settings, DataSource source, Map<String, Object> kafka)
      throws IOException {
    // First, since it makes sure that nobody else has the directory.
    this.sandboxes = Sandboxes.open(sandboxes(settings));
    URI place = URI.create("http://" + settings.registry());
    this.registry = new RegistryClient(place);
    this.patient = new RegistryClient(place, PATIENCE);
    BuildSettings.Limits limits = settings.limits();
    Fetchers fetchers = fetchers(settings);
    this.contexts = contexts(settings, fetchers);
    this.uploads = uploads(settings, contexts);
    Database database = new Database(source);
    this.logs = logs(settings, database);
    BuildSecrets secrets = new BuildSecrets(database, SecretSeal.open(settings.secretKey()));
    this.catalog = new BuildCatalog(database);
    JdbcOutbox outbox = new JdbcOutbox(database);
    FactLog facts = new FactLog(URI.create("/gantry/build-service/" + settings.host()));
    BuildStore store = new BuildStore(database, facts, outbox, settings.queue().max());
    this.workers =
        new BuildWorkers(
            new BuildWorkers.Parts(
                store,
                new Leases(database, lease(settings)),
                engine(settings, new StepCache(source, limits.cacheEntriesMax()), fetchers),
                logs,
                contexts,
                secrets,
                settings.host(),
                hostPlatform().toString(),
                limits.workers(),
                settings.queue().attemptsMax()));
    this.requests = new BuildRequests(store, workers);
    this.submitter = new Submitter(requests, secrets);
    this.outputs = new ImageOutputs(registry);
    this.platforms = platforms(settings);
    this.bus = new BuildBus(kafka, settings.host(), outbox, requests);
  }

  private static Uploads uploads(BuildSettings settings, ContextStore contexts) throws IOException {
    return Uploads.open(
        settings.stateDir().resolve("uploads"),
        contexts,
        settings.limits().contextBytesMax(),
        settings.queue().uploadsMax());
  }

  private static BuildLogs logs(BuildSettings settings, Database database) throws IOException {
    BuildSettings.Limits limits = settings.limits();
    return new BuildLogs(
        settings.stateDir().resolve("logs"),
        new LogTable(database),
        limits.logBytesMax(),
        limits.logsMax());
  }

  private static CheckResource.Platforms platforms(BuildSettings settings) {
    return new CheckResource.Platforms(
        hostPlatform().toString(), settings.steps().allowance().hostNetwork());
  }

  private static Lease lease(BuildSettings settings) throws IOException {
    return new Lease(
        settings.host() + "/" + installation(settings.stateDir()), settings.limits().lease());
  }

  private static Fetchers fetchers(BuildSettings settings) throws IOException {
    return Fetchers.open(
        settings.stateDir().resolve("fetched"),
        settings.steps().reach(),
        FetchLimits.of(limits(settings).unpackedBytesMax()));
  }

  private static ContextLimits limits(BuildSettings settings) {
    return ContextLimits.of(settings.limits().contextBytesMax());
  }

  private ContextStore contexts(BuildSettings settings, Fetchers fetchers) throws IOException {
    return ContextStore.open(
        settings.stateDir().resolve("contexts"),
        new ContextStore.Registries(registry, patient),
        limits(settings),
        fetchers.git());
  }

  private static Sandboxes.Settings sandboxes(BuildSettings settings) {
    BuildSettings.Isolation isolation = settings.isolation();
    return new Sandboxes.Settings(
        new HostConfig(
            settings.stateDir(), isolation.cgroupParent(), settings.instance(), isolation.idBase()),
        isolation.bridge(),
        isolation.subnet());
  }

  private Engine engine(BuildSettings settings, StepCache cache, Fetchers fetchers)
      throws IOException {
    Platform platform = hostPlatform();
    return new Engine(
        new Engine.Parts(
            contexts,
            LayerStore.open(settings.stateDir().resolve("layers"), patient),
            cache,
            patient,
            new BlobPresence(patient),
            new Images(patient, settings.registry(), platform),
            new OtherRegistries(settings.registries()),
            sandboxes,
            CacheMounts.open(settings.stateDir().resolve("cache-mounts")),
            fetchers,
            platform,
            settings.steps().allowance(),
            settings.steps().quota()));
  }

  private static Platform hostPlatform() {
    String architecture = System.getProperty("os.arch");
    return new Platform("linux", architecture.equals("aarch64") ? "arm64" : "amd64", "");
  }

  /** What tells this state directory from others, also after a restart. */
  private static String installation(Path state) throws IOException {
    Path file = state.resolve("installation");
    if (!Files.exists(file)) {
      Files.writeString(file, UUID.randomUUID().toString());
    }
    return Files.readString(file).strip();
  }

  void start() throws SQLException {
    logs.start();
    workers.start();
    bus.start();
  }

  ContextStore contexts() {
    return contexts;
  }

  Uploads uploads() {
    return uploads;
  }

  BuildLogs logs() {
    return logs;
  }

  BuildCatalog catalog() {
    return catalog;
  }

  BuildRequests requests() {
    return requests;
  }

  Submitter submitter() {
    return submitter;
  }

  ImageOutputs outputs() {
    return outputs;
  }

  CheckResource.Platforms platforms() {
    return platforms;
  }

  BuildWorkers workers() {
    return workers;
  }

  BuildBus bus() {
    return bus;
  }

  /** Stops in the order in which nothing is missed: no requests, no work, no sandboxes. */
  void stop() throws IOException, InterruptedException {
    bus.closeRequests();
    workers.close();
    logs.close();
    bus.close();
    sandboxes.close();
    registry.close();
    patient.close();
  }
}
