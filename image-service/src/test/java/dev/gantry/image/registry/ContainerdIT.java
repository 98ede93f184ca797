package dev.gantry.image.registry;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Debian's containerd and its ctr, with a daemon of its own. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class ContainerdIT extends ClientContract {
  private static final String LOCAL = "docker.io/library/local:v1";

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
    Path config = directory.resolve("config.toml");
    Files.writeString(config, "version = 2\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n");
    daemon =
        new Daemon(
            command(),
            List.of(
                "containerd",
                "--config=" + config,
                "--root=" + directory.resolve("root"),
                "--state=" + directory.resolve("state"),
                "--address=" + socket()),
            ctr("version"));
    command().run(ctr("images", "import", "--no-unpack", archive.toString()));
    return pulled(LOCAL);
  }

  @AfterEach
  void stop() throws Exception {
    if (daemon != null) {
      daemon.close();
    }
  }

  @Override
  List<String> push(String id, String name) throws Exception {
    command().run(ctr("images", "tag", LOCAL, name));
    return ctr("images", "push", "--plain-http", name);
  }

  @Override
  List<String> pull(String name) {
    return ctr("images", "pull", "--plain-http", "--snapshotter", "native", name);
  }

  @Override
  String pulled(String name) throws Exception {
    String line = command().run(ctr("images", "list", "name==" + name)).lines().toList().get(1);
    return line.split("\\s+")[2];
  }

  @Override
  void forget() throws Exception {
    List<String> names = command().run(ctr("images", "list", "--quiet")).lines().toList();
    List<String> remove = ctr("images", "remove", "--sync");
    remove.addAll(names);
    command().run(remove);
  }

  private String socket() {
    return directory.resolve("containerd.sock").toString();
  }

  private List<String> ctr(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ctr", "--address", socket()));
    command.addAll(List.of(arguments));
    return command;
  }
}
