package dev.gantry.build.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of the corpus comes out as the case says, or, where it says nothing, as Debian's
 * buildah makes it. What came out is kept in {@code target/corpus}.
 */
class CorpusIT {
  private static final Path KEPT = Path.of("target/corpus");
  private static final String REFUSED = "refused";
  private static final List<String> APPLETS =
      List.of(
          "awk basename chown cp cut date dirname env expr find head ln md5sum mv printf pwd"
              .split(" "));
  private static final List<String> MORE_APPLETS =
      List.of("readlink sed seq sort test touch tr umask uniq whoami".split(" "));

  private static TestHost host;
  private static Buildah peer;
  private static ImageListing base;
  private static ImageListing nothing;

  @BeforeAll
  static void start() throws Exception {
    Files.createDirectories(KEPT);
    peer = new Buildah(Files.createTempDirectory(Path.of("/var/tmp"), "gantry-corpus-peer-"));
    host = new TestHost();
    Path root = root(host.directory.resolve("base"));
    ObjectNode config = new JsonMapper().createObjectNode();
    config.putArray("Cmd").add("sh");
    config.putArray("Env").add("PATH=/bin");
    host.registry.push("base:1", root, config);
    Path context = Files.createDirectory(host.directory.resolve("base-context"));
    CorpusCase.command(
        root, "tar", "--owner=0", "--group=0", "-cf", context.resolve("base.tar").toString(), ".");
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM scratch\nADD base.tar /\nENV PATH=/bin\nCMD [\"sh\"]\n");
    requireBuilt(peer.build(context, "Dockerfile", "base:1", List.of()));
    base = peer("base:1");
    nothing = new ImageListing(Map.of(), Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      if (host != null) {
        host.close();
      }
    } finally {
      if (peer != null) {
        peer.close();
      }
    }
  }

  /** What every case begins with: all that a RUN finds mounted is there, and some users are. */
  private static Path root(Path directory) throws IOException, InterruptedException {
    Path root = TestRegistry.busyboxRoot(directory);
    List<String> applets = new ArrayList<>(APPLETS);
    applets.addAll(MORE_APPLETS);
    for (String applet : applets) {
      Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
    }
    for (String made : "proc sys dev run root home/app var/tmp etc/keep".split(" ")) {
      Files.createDirectories(root.resolve(made));
    }
    for (String made : "hosts hostname resolv.conf".split(" ")) {
      Files.createFile(root.resolve("etc").resolve(made));
    }
    Files.writeString(
        root.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:app:/home/app:/bin/sh\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\nstaff:x:50:app\napp:x:1001:\n");
    CorpusCase.command(root, "chmod", "1777", "tmp", "var/tmp");
    return root;
  }

  static List<CorpusCase> cases() throws IOException {
    return CorpusCase.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void comesOutAsItShould(CorpusCase each) throws Exception {
    Path context = each.context(host.directory);
    if (each.base().isPresent()) {
      host.build("tag=" + each.name() + "-base:1", each.base().get());
    }
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> wanted = beside.submit(() -> wanted(each, context));
      JsonNode build = host.ended(submit(each, context));
      if (each.property("log").isPresent()) {
        assertThat(host.log(build.path("id").asText())).contains(each.property("log").get());
      }
      if (each.property("error").isPresent()) {
        requireRefused(build, each.property("error").get(), each.property("line"));
        assertThat(wanted.get()).isEqualTo(REFUSED);
      } else {
        assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
        String made = ours(each, build);
        Files.writeString(KEPT.resolve(each.name() + ".txt"), made);
        assertThat(ImageListing.timedAs(wanted.get(), made))
            .as(each.withoutPeer().orElse("as the peer makes it"))
            .isEqualTo(wanted.get());
      }
    }
  }

  private static String submit(CorpusCase each, Path context) throws Exception {
    StringBuilder query = new StringBuilder("tag=" + each.name() + ":1");
    for (String argument : each.arguments()) {
      query.append("&buildArg=").append(URLEncoder.encode(argument, StandardCharsets.UTF_8));
    }
    each.property("target").ifPresent(target -> query.append("&target=").append(target));
    each.property("file").ifPresent(file -> query.append("&dockerfile=").append(file));
    Path tar = host.directory.resolve(each.name() + ".tar");
    CorpusCase.command(context, "tar", "--numeric-owner", "-cf", tar.toString(), ".");
    ServiceProcess.Answer answer =
        host.service.upload("/v1/builds?" + query, Files.readAllBytes(tar));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json().path("id").asText();
  }

  private static void requireRefused(JsonNode build, String error, Optional<String> line) {
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("failed");
    assertThat(build.path("error").path("message").asText()).contains(error);
    if (line.isPresent()) {
      assertThat(build.path("error").path("line").asText()).isEqualTo(line.get());
    }
  }

  private static String ours(CorpusCase each, JsonNode build) throws Exception {
    Path root = Files.createDirectory(host.directory.resolve(each.name() + "-root"));
    Path tar = host.directory.resolve(each.name() + "-image.tar");
    Files.write(
        tar, host.service.bytes("/v1/builds/" + build.path("id").asText() + "/image?format=tar"));
    CorpusCase.command(root, "tar", "--numeric-owner", "-xpf", tar.toString());
    ImageListing made = ImageListing.of(root, host.registry.config(each.name() + ":1"));
    return made.beyond(start(made));
  }

  /** An image without a shell began with nothing. */
  private static ImageListing start(ImageListing made) {
    return made.files().containsKey("/bin/wget") ? base : nothing;
  }

  /** What the case says, or the peer makes of it. */
  private static String wanted(CorpusCase each, Path context) throws Exception {
    if (each.expected().isPresent()) {
      return each.expected().get().replaceFirst("^#.*\n", "");
    }
    if (each.withoutPeer().isPresent()) {
      return REFUSED;
    }
    Buildah.Ended ended = ask(each, context);
    if (each.property("error").isPresent()) {
      return ended.status() == 0 ? "the peer builds it" : REFUSED;
    }
    requireBuilt(ended);
    ImageListing made = peer(each.name() + ":1");
    String text = made.beyond(start(made));
    Files.writeString(KEPT.resolve(each.name() + ".peer.txt"), text);
    return text;
  }

  private static Buildah.Ended ask(CorpusCase each, Path context) throws Exception {
    if (each.base().isPresent()) {
      Path own = Files.createDirectory(host.directory.resolve(each.name() + "-base"));
      Files.writeString(own.resolve("Dockerfile"), each.base().get());
      requireBuilt(peer.build(own, "Dockerfile", each.name() + "-base:1", List.of()));
    }
    List<String> options = new ArrayList<>();
    for (String argument : each.arguments()) {
      options.add("--build-arg=" + argument);
    }
    each.property("target").ifPresent(target -> options.add("--target=" + target));
    return peer.build(
        context, each.property("file").orElse("Dockerfile"), each.name() + ":1", options);
  }

  private static ImageListing peer(String tag) throws IOException {
    Buildah.Image image = peer.image(tag);
    return ImageListing.of(image.root(), image.config());
  }

  private static void requireBuilt(Buildah.Ended ended) {
    assertThat(ended.status()).as("the peer says %s", ended.said()).isZero();
  }
}
