package dev.gantry.image.registry;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Debian's docker, with a daemon of its own that touches neither networks nor firewalls. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class DockerIT extends ClientContract {
  private Daemon daemon;

  @Override
  String load(OciLayout layout) throws Exception {
    Path archive = directory.resolve("in.tar");
    command()
        .run(
            List.of(
                "skopeo",
                "--insecure-policy",
                "copy",
                "oci:" + layout.path() + ":v1",
                "docker-archive:" + archive + ":local:v1"));
    daemon = new Daemon(command(), dockerd(), docker("version"));
    command().run(docker("load", "--quiet", "--input", archive.toString()));
    return pulled("local:v1");
  }

  private List<String> dockerd() throws Exception {
    Path config = directory.resolve("daemon.json");
    Files.writeString(
        config, "{\"deprecated-key-path\":\"" + directory.resolve("key.json") + "\"}");
    return List.of(
        "dockerd",
        "--config-file=" + config,
        "--host=" + socket(),
        "--data-root=" + directory.resolve("data"),
        "--exec-root=" + directory.resolve("exec"),
        "--pidfile=" + directory.resolve("dockerd.pid"),
        "--cgroup-parent=gantry-test-docker",
        "--bridge=none",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--storage-driver=vfs",
        "--insecure-registry=127.0.0.0/8");
  }

  @AfterEach
  void stop() throws Exception {
    if (daemon != null) {
      daemon.close();
    }
  }

  @Override
  List<String> push(String id, String name) throws Exception {
    command().run(docker("tag", id, name));
    return docker("push", name);
  }

  @Override
  List<String> pull(String name) {
    return docker("pull", name);
  }

  @Override
  String pulled(String name) throws Exception {
    return command().run(docker("image", "inspect", "--format", "{{.Id}}", name)).strip();
  }

  @Override
  void forget() throws Exception {
    command().run(docker("image", "prune", "--all", "--force"));
  }

  private String socket() {
    return "unix://" + directory.resolve("docker.sock");
  }

  private List<String> docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "--host", socket()));
    command.addAll(List.of(arguments));
    return command;
  }
}
