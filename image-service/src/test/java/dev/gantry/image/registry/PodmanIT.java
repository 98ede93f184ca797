package dev.gantry.image.registry;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Debian's podman, with a store of its own. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class PodmanIT extends ClientContract {
  @Override
  String load(OciLayout layout) throws Exception {
    Files.writeString(
        directory.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    command().run(podman("pull", policy(), "oci:" + layout.path() + ":v1"));
    return pulled("");
  }

  @Override
  List<String> push(String id, String name) {
    return podman("push", "--tls-verify=false", policy(), id, "docker://" + name);
  }

  @Override
  List<String> pull(String name) {
    return podman("pull", "--tls-verify=false", policy(), name);
  }

  @Override
  String pulled(String name) throws Exception {
    return command().run(podman("images", "--quiet", "--no-trunc")).strip();
  }

  @Override
  void forget() throws Exception {
    command().run(podman("rmi", "--all", "--force"));
  }

  private String policy() {
    return "--signature-policy=" + directory.resolve("policy.json");
  }

  private List<String> podman(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "podman",
                "--cgroup-manager=cgroupfs",
                "--events-backend=none",
                "--tmpdir",
                directory.resolve("tmp").toString(),
                "--root",
                directory.resolve("root").toString(),
                "--runroot",
                directory.resolve("runroot").toString(),
                "--storage-driver",
                "vfs"));
    command.addAll(List.of(arguments));
    return command;
  }
}
