package dev.gantry.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Projects as teams have them, from sources to answers: packages come from the registries of their
 * languages and of Debian, and a network that does not reach those fails the tests.
 */
class ProjectsST {
  private static Platform platform;
  private static Projects projects;

  @BeforeAll
  static void makeBaseImages() {
    platform = Platform.start("projects");
    projects = new Projects(platform);
    projects.bases("busybox", "trixie");
    CompletableFuture.allOf(
            projects.basesLater("node", "gcc"),
            projects.basesLater("jre", "maven"),
            projects.basesLater("bookworm", "python", "go"))
        .join();
  }

  @AfterAll
  static void stop() {
    if (platform != null) {
      platform.close();
      platform.forget();
    }
  }

  @AfterEach
  void removeRuns() {
    projects.removeRuns();
  }

  @Test
  void theClassicNodeProjectAnswersWithItsPackagesFromTheRegistry() {
    projects.build("node-express");

    Projects.Service service = projects.run("node-express:1", 3000);

    service.answers("/", "\"service\":\"tasks\",\"node\":\"v20.");
    assertThat(service.post("/tasks", "application/json", "{\"title\":\"run\"}"))
        .isEqualTo("{\"id\":2,\"title\":\"run\"}");
  }

  @Test
  void aBundleIsMadeWithNodeAndServedWithoutIt() {
    projects.build("node-frontend");

    Projects.Service service = projects.run("node-frontend:1", 80);

    service.answers("/", "<script src=\"main.js\">");
    service.answers("/main.js", "Hello from the ");
  }

  @Test
  void aMavenProjectRunsOnTheJreAlone() {
    projects.build("java-maven");

    projects.run("java-maven:1", 8080).answers("/quotes", "[{\"author\":\"Ada Lovelace\"");
  }

  @Test
  void aVirtualEnvironmentIsCopiedFromTheStageThatMadeIt() {
    projects.build("python-venv");

    Projects.Service service = projects.run("python-venv:1", 8000);

    service.answers("/", "\"venv\": true");
    service.answers("/greet/you", "Hello you");
  }

  @Test
  void aStaticGoBinaryIsAloneInItsImage() {
    projects.build("go-scratch", "--build-arg", "VERSION=1.2.3");

    projects.run("go-scratch:1", 8080).answers("/", "\"version\":\"1.2.3\"");
  }

  @Test
  void aProgramInCIsMadeCheckedAndServed() {
    projects.build("c-make");

    projects.run("c-make:1", 7000).says("30\n", "2 3 5 7 11 13 17 19 23 29");
  }

  @Test
  void aStaticSiteIsMadeAndServedByNginx() {
    projects.build("static-nginx");

    Projects.Service service = projects.run("static-nginx:1", 80);

    service.answers("/", "Made from <em>Markdown</em>");
    service.answers("/about", "Served by nginx.");
    service.awaitHealthy();
  }

  @Test
  void phpAnswersByItsOwnServer() {
    projects.build("php-server");

    projects.run("php-server:1", 8000).answers("/square/12", "{\"square\":144}");
  }

  @Test
  void rubyAnswersByWebrick() {
    projects.build("ruby-webrick");

    projects.run("ruby-webrick:1", 4567).answers("/roman?n=1984", "MCMLXXXIV");
  }

  @Test
  void perlAnswersByMojolicious() {
    projects.build("perl-mojo");

    projects.run("perl-mojo:1", 3000).answers("/count?text=to+be+or+not+to+be", "\"be\":2");
  }

  @Test
  void aShellScriptAnswersAsCgi() {
    projects.build("shell-cgi");

    projects
        .run("shell-cgi:1", 8080)
        .answers("/cgi-bin/env.sh?a=1", "query=a=1\nowner=the example");
  }

  @Test
  void aStoreKeepsItsDataInItsVolume() {
    projects.build("redis");
    Projects.Service first = projects.run("redis:1", 6379, "-v", "redis-data:/data");
    first.awaitHealthy();
    first.says("SET colour blue\r\n", "+OK");
    projects.remove(first);

    Projects.Service second = projects.run("redis:1", 6379, "-v", "redis-data:/data");

    second.awaitHealthy();
    second.says("GET colour\r\n", "$4\r\nblue");
  }

  @Test
  void anApiAndItsWorkerAreTargetsOfOneBuild() throws IOException {
    projects.build("queue", "--target", "api=queue-api:1", "--target", "worker=queue-worker:1");
    Projects.Service api = projects.run("queue-api:1", 8000, "-v", "queue-spool:/spool");
    projects.run("queue-worker:1", 8000, "-v", "queue-spool:/spool");
    api.answers("/", "no such job");

    String job =
        Platform.JSON.readTree(api.post("/jobs", "text/plain", "gantry")).path("job").asText();

    api.answers("/jobs/" + job, "{\"result\": \"yrtnag\"}");
  }

  @Test
  void aSiteBeginsWithABaseThatHasTriggers() {
    projects.build("onbuild-base", "--build-arg", "PORT=9000");
    projects.build("onbuild-site", "--build-arg", "TITLE=a site");

    Projects.Service service = projects.run("onbuild-site:1", 9000);

    service.answers(
        "/",
        """
        <!doctype html>
        <meta charset="utf-8">
        <h1>A site on a base of ours</h1>
        <footer>served on port 9000</footer>
        """);
    service.answers("/pages.txt", "index.html\n");
  }
}
