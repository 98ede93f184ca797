package dev.gantry.build.execute;

import dev.gantry.build.context.ContextArchive;
import dev.gantry.build.context.ContextTree;
import dev.gantry.build.dockerfile.Dockerfile;
import dev.gantry.build.dockerfile.DockerfileParser;
import dev.gantry.build.dockerfile.ParseOutcome;
import dev.gantry.build.plan.BuildOptions;
import dev.gantry.build.plan.BuildPlan;
import dev.gantry.build.plan.PlanOutcome;
import dev.gantry.build.plan.Planner;
import dev.gantry.build.plan.Settings;
import dev.gantry.build.plan.StageGraph;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.BuildTarget;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.layer.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Everything that can go wrong before a step runs: files read, text understood, images found. */
record Preparation(StepContext context, BuildPlan plan) {
  private static final String EPOCH = "SOURCE_DATE_EPOCH";
  private static final Pattern SECONDS = Pattern.compile("\\d{1,11}");

  static Preparation of(Job job, ContextArchive archive, Engine.Parts parts)
      throws BuildFailedException, IOException {
    BuildSpec spec = job.spec();
    Targets.check(parts, spec);
    for (String cache : spec.cache().to()) {
      parts.images().target(cache);
    }
    Dockerfile dockerfile = dockerfile(spec, archive);
    LayerStyle style = style(spec);
    String file = dockerfile.name();
    Map<String, BaseImage> images = new HashMap<>();
    BuildPlan plan =
        plan(job, parts, require(file, StageGraph.of(dockerfile, options(spec, parts))), images);
    ContextTree tree = archive.tree().without(archive.ignore(spec.dockerfile()));
    Allowance allowance = parts.allowance().within(spec.execution().limitsOrUnsaid());
    StepContext context =
        new StepContext(
            job,
            file,
            tree,
            images,
            style,
            allowance,
            new DiskUse(allowance.diskBytes()),
            new Stages(plan.stages()));
    return new Preparation(context, plan);
  }

  /** Looks all images up into the map: what ONBUILD of some asks for may need others. */
  private static BuildPlan plan(
      Job job, Engine.Parts parts, StageGraph first, Map<String, BaseImage> images)
      throws BuildFailedException, IOException {
    String file = first.dockerfile().name();
    Map<String, Settings> settings = new HashMap<>();
    StageGraph graph = first;
    while (!settings.keySet().containsAll(graph.images())) {
      for (String reference : graph.images()) {
        job.cancellation().check();
        if (!images.containsKey(reference)) {
          BaseImage image = parts.images().find(reference);
          images.put(reference, image);
          settings.put(reference, Images.settings(image.config().container()));
        }
      }
      graph = require(file, graph.with(settings));
    }
    return require(file, Planner.plan(graph, settings));
  }

  /** The first is the request's own, without a name the last stage. */
  private static List<String> targets(BuildSpec spec) {
    Stream<String> first = Stream.of(spec.target() == null ? "" : spec.target());
    return Stream.concat(first, spec.more().stream().map(BuildTarget::target)).toList();
  }

  private static BuildOptions options(BuildSpec spec, Engine.Parts parts) {
    return BuildOptions.draft(parts.platform().toString())
        .targets(targets(spec))
        .buildArgs(spec.buildArgs())
        .labels(spec.labels())
        .hostNetwork(parts.allowance().hostNetwork())
        .build();
  }

  private static LayerStyle style(BuildSpec spec) throws BuildFailedException {
    Compression compression =
        "zstd".equals(spec.output().compression()) ? Compression.ZSTD : Compression.GZIP;
    if (spec.output().epochSeconds() != null) {
      Instant epoch = Instant.ofEpochSecond(spec.output().epochSeconds());
      return new LayerStyle(Optional.of(epoch), compression);
    }
    String arg = spec.buildArgs().getOrDefault(EPOCH, "");
    if (arg.isEmpty()) {
      return new LayerStyle(Optional.empty(), compression);
    }
    if (!SECONDS.matcher(arg).matches()) {
      throw BuildFailedException.because(
          ReasonCode.INVALID_FIELD,
          "build arg " + EPOCH + " is \"" + arg + "\", must be seconds since 1970");
    }
    return new LayerStyle(Optional.of(Instant.ofEpochSecond(Long.parseLong(arg))), compression);
  }

  private static Dockerfile dockerfile(BuildSpec spec, ContextArchive archive)
      throws BuildFailedException, IOException {
    String name = spec.dockerfile();
    Optional<byte[]> text =
        spec.dockerfileText() == null
            ? archive.file(name)
            : Optional.of(spec.dockerfileText().getBytes(StandardCharsets.UTF_8));
    if (text.isEmpty()) {
      throw BuildFailedException.because(
          ReasonCode.DOCKERFILE_NOT_FOUND, "the context has no file " + name);
    }
    return switch (DockerfileParser.parse(name, text.get())) {
      case ParseOutcome.Parsed parsed -> parsed.dockerfile();
      case ParseOutcome.Refused refused -> throw BuildFailedException.of(name, refused.problem());
    };
  }

  private static <T> T require(String file, PlanOutcome<T> outcome) throws BuildFailedException {
    return switch (outcome) {
      case PlanOutcome.Planned<T> planned -> planned.value();
      case PlanOutcome.Refused<T> refused -> throw BuildFailedException.of(file, refused.problem());
    };
  }

  /** Digests of the images that it is built on, by reference as written. */
  Map<String, String> bases() {
    Map<String, String> bases = new HashMap<>();
    context.images().forEach((reference, image) -> bases.put(reference, image.digest().toString()));
    return bases;
  }
}
