package dev.gantry.build.execute;

import dev.gantry.build.publish.Delivery;
import dev.gantry.build.publish.ImagePublisher;
import dev.gantry.events.BuildSpec;
import dev.gantry.events.BuildTarget;
import dev.gantry.events.ReasonCode;
import dev.gantry.oci.reference.Reference;
import dev.gantry.oci.registry.RegistryClient;
import dev.gantry.oci.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tags of an image, by whose registry they are in.
 *
 * @param here in the platform's
 * @param elsewhere in others
 */
record Targets(List<Reference> here, List<Reference> elsewhere) {
  static Targets of(Images images, List<String> tags) throws BuildFailedException {
    List<Reference> here = new ArrayList<>();
    List<Reference> elsewhere = new ArrayList<>();
    for (String tag : tags) {
      if (images.isElsewhere(tag)) {
        elsewhere.add(Reference.parse(tag));
      } else {
        here.add(images.target(tag));
      }
    }
    return new Targets(here, elsewhere);
  }

  /** Refuses what cannot be pushed in the end, before anything is built. */
  static void check(Engine.Parts parts, BuildSpec spec) throws BuildFailedException {
    Stream<String> tags =
        Stream.concat(
            spec.tags().stream(),
            spec.more().stream().map(BuildTarget::tags).flatMap(List::stream));
    for (Reference target : of(parts.images(), tags.toList()).elsewhere()) {
      try (RegistryClient _ = open(parts, spec, target)) {
        continue;
      } catch (IOException e) {
        throw failed(target, e);
      }
    }
  }

  /** Takes the image, which is in the platform's registry, to the others. */
  void deliver(Engine.Parts parts, Job job, String digest) throws BuildFailedException {
    String repository = here.isEmpty() ? ImagePublisher.UNTAGGED : here.getFirst().repository();
    for (Reference target : elsewhere) {
      try (RegistryClient to = open(parts, job.spec(), target)) {
        job.log().say(null, "pushing " + target);
        new Delivery(parts.registry(), to, job.cancellation()::check)
            .deliver(repository, digest, target);
      } catch (IOException e) {
        throw failed(target, e);
      }
    }
  }

  private static RegistryClient open(Engine.Parts parts, BuildSpec spec, Reference target)
      throws IOException {
    return parts.others().open(target.registry().orElseThrow(), spec.output().credentials());
  }

  private static BuildFailedException failed(Reference target, IOException e) {
    String why =
        e instanceof RegistryException answered && answered.status() == 401
            ? answered.getMessage() + "; are the credentials right?"
            : String.valueOf(e.getMessage());
    return BuildFailedException.because(
        ReasonCode.PUSH_FAILED, "cannot push " + target + ": " + why);
  }
}
