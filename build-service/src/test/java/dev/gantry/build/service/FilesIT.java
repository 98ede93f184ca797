package dev.gantry.build.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.build.fetch.GitServer;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where the files of a build come from, from the request to the image. */
class FilesIT {
  private static final Map<String, String> PAGES = new ConcurrentHashMap<>();

  private static TestHost host;
  private static HttpServer web;
  private static GitServer git;
  private static String commit;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost();
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          String page = PAGES.get(exchange.getRequestURI().getPath());
          byte[] body = (page == null ? "" : page).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              page == null ? 404 : 200, body.length == 0 ? -1 : body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    web.start();
    git = new GitServer(Files.createDirectory(host.directory.resolve("git")));
    commit =
        git.file("app/Dockerfile", "FROM busybox:1\nCOPY hello.txt /hello\n")
            .file("app/hello.txt", "from git")
            .commit("v1");
  }

  @AfterAll
  static void stop() throws Exception {
    web.stop(0);
    git.close();
    host.close();
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + web.getAddress().getPort() + path;
  }

  private static JsonNode error(JsonNode build) {
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("failed");
    return build.path("error");
  }

  private static void requireSucceeded(JsonNode build) {
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
  }

  @Test
  void addFetchesAFile() throws Exception {
    PAGES.put("/tool.txt", "a tool");
    JsonNode build =
        host.build("tag=url:1", "FROM busybox:1\nADD " + url("/tool.txt") + " /opt/\n");
    requireSucceeded(build);
    assertThat(host.registry.content("url:1", "opt/tool.txt")).isEqualTo("a tool");
  }

  @Test
  void aFetchedFileThatChangedIsAMissThatNamesIt() throws Exception {
    String dockerfile = "FROM busybox:1\nADD " + url("/changing") + " /opt/\n";
    PAGES.put("/changing", "before");
    requireSucceeded(host.build("tag=changing:1", dockerfile));
    JsonNode same = host.build("tag=changing:1", dockerfile);
    assertThat(same.path("steps").get(1).path("cached").asBoolean()).as("%s", same).isTrue();
    PAGES.put("/changing", "after");
    JsonNode changed = host.build("tag=changing:1", dockerfile);
    assertThat(changed.path("steps").get(1).path("cacheMiss").asText()).contains("/changing");
  }

  @Test
  void anotherChecksumThanAskedForIsRefused() throws Exception {
    PAGES.put("/checked", "content");
    String add = "ADD --checksum=sha256:" + "0".repeat(64) + " " + url("/checked") + " /x\n";
    JsonNode error = error(host.build("tag=checked:1", "FROM busybox:1\n" + add));
    assertThat(error.path("message").asText()).contains("checksum");
    assertThat(error.path("line").asInt()).isEqualTo(2);
  }

  @Test
  void anAddressThatIsNotAllowedIsRefused() throws Exception {
    String place = url("/tool.txt").replace("127.0.0.1", "127.0.0.2");
    JsonNode error = error(host.build("tag=refused:1", "FROM busybox:1\nADD " + place + " /x\n"));
    assertThat(error.path("message").asText()).contains("gantry.build.allow-networks");
  }

  @Test
  void addClonesATreeOfARepository() throws Exception {
    String add = "ADD --keep-git-dir=true " + git.url() + "#v1:app /src\n";
    requireSucceeded(host.build("tag=cloned:1", "FROM busybox:1\n" + add));
    assertThat(host.registry.content("cloned:1", "src/hello.txt")).isEqualTo("from git");
    assertThat(host.registry.content("cloned:1", "src/.git/HEAD")).startsWith(commit);
  }

  @Test
  void aRepositoryIsAContext() throws Exception {
    String request =
        """
        {"context": {"git": "%s#v1:app"}, "tags": ["gitcontext:1"]}
        """
            .formatted(git.url());
    ServiceProcess.Answer answer = host.service.post("/v1/builds", request);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    requireSucceeded(host.ended(answer.json().path("id").asText()));
    assertThat(host.registry.content("gitcontext:1", "hello")).isEqualTo("from git");
  }

  @Test
  void aDockerfileHasItsOwnIgnoreFile() throws Exception {
    Archive archive =
        new Archive()
            .file("docker/app.Dockerfile", "FROM busybox:1\nCOPY . /x/\n")
            .file("docker/app.Dockerfile.dockerignore", "*\n!kept\n")
            .file(".dockerignore", "kept\n")
            .file("kept", "kept")
            .file("left", "left");
    String query = "tag=ignored:1&dockerfile=docker/app.Dockerfile";
    requireSucceeded(host.ended(host.submit(query, archive)));
    assertThat(host.registry.content("ignored:1", "x/kept")).isEqualTo("kept");
  }

  @Test
  void copiesWithEveryFlag() throws Exception {
    Archive archive =
        new Archive()
            .file(
                "Dockerfile",
                """
                FROM busybox:1 AS made
                RUN mkdir -p /a/b/c && echo one > /a/b/c/f && echo two > /a/b/c/g.md
                FROM busybox:1
                COPY --from=made --parents --exclude=**/*.md --chown=12:34 /a/./b/c /out/
                COPY --chmod=u=rwX,go= --link data /linked/
                COPY <<EOF /text
                some text
                EOF
                RUN stat -c '%n %u:%g %a' /out/b/c/f /linked/x && ls /out/b/c
                """)
            .file("data/x", 0644, "x");
    String build = host.submit("tag=flags:1", archive);
    requireSucceeded(host.ended(build));
    assertThat(host.log(build).lines()).contains("/out/b/c/f 12:34 644", "/linked/x 0:0 600", "f");
    assertThat(host.registry.content("flags:1", "text")).isEqualTo("some text");
  }

  @Test
  void aLocalArchiveIsUnpacked() throws Exception {
    String inner =
        new String(new Archive().file("d/f", "inner").bytes(), StandardCharsets.US_ASCII);
    JsonNode build =
        host.build("tag=unpacked:1", "FROM busybox:1\nADD a.tar /x/\n", "a.tar", inner);
    requireSucceeded(build);
    assertThat(host.registry.content("unpacked:1", "x/d/f")).isEqualTo("inner");
  }

  @Test
  void aLinkOutOfTheContextIsNeverFollowed() throws Exception {
    Archive archive =
        new Archive()
            .file("Dockerfile", "FROM busybox:1\nCOPY out /x\n")
            .symlink("out", "../../../../../../etc/passwd");
    JsonNode error = error(host.ended(host.submit("tag=escape:1", archive)));
    assertThat(error.path("message").asText()).contains("not found");
  }
}
