package dev.gantry.build.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gantry.oci.content.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The forms in which a build is asked for, and what is kept of it. */
class SubmissionIT {
  private static final String SECRET = "planted-" + UUID.randomUUID();

  private static TestHost host;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost();
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  private static JsonNode accepted(ServiceProcess.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return host.ended(answer.json().path("id").asText());
  }

  private static JsonNode succeeded(ServiceProcess.Answer answer) {
    JsonNode build = accepted(answer);
    assertThat(build.path("state").asText()).as("%s", build).isEqualTo("succeeded");
    return build;
  }

  private static ServiceProcess.Answer form(Form form, String... more) throws Exception {
    String[] headers = Arrays.copyOf(more, more.length + 2);
    headers[more.length] = "Content-Type";
    headers[more.length + 1] = Form.TYPE;
    return host.service.call("POST", "/v1/builds", form.bytes(), headers);
  }

  @Test
  void aFormHasRequestAndContext() throws Exception {
    byte[] context =
        new Archive().file("Dockerfile", "FROM scratch\nCOPY a /\n").file("a", "a").bytes();
    succeeded(form(new Form().part("context", context).part("spec", "{\"tags\":[\"form:1\"]}")));
    assertThat(host.registry.files("form:1")).contains("a");
  }

  @Test
  void aDockerfileAloneIsBuilt() throws Exception {
    byte[] text = "FROM busybox:1\nRUN echo alone > /alone\n".getBytes(StandardCharsets.UTF_8);
    succeeded(
        host.service.call(
            "POST", "/v1/builds?tag=alone:1", text, "Content-Type", "text/x-dockerfile"));
    assertThat(host.registry.content("alone:1", "alone")).isEqualTo("alone");
  }

  @Test
  void severalTargetsAreImagesOfOneBuild() throws Exception {
    String document =
        "{\"dockerfileText\":\"FROM busybox:1 AS a\\nRUN echo a > /a\\nFROM a AS b\\nRUN echo b > /b\\n"
            + "\",\"target\":\"a\",\"tags\":[\"main:1\"],"
            + "\"targets\":[{\"target\":\"b\",\"tags\":[\"further:1\"]}]}";
    JsonNode build = succeeded(host.service.post("/v1/builds", document));
    assertThat(host.registry.files("main:1")).doesNotContain("b");
    assertThat(host.registry.content("further:1", "b")).isEqualTo("b");
    assertThat(build.path("images").get(0).path("digest").asText()).startsWith("sha256:");
    assertThat(build.path("steps")).hasSize(4);
  }

  @Test
  void anImageIsTakenOutAsItsFilesALayoutAndWhatDockerLoads() throws Exception {
    JsonNode build =
        host.build(
            "tag=taken:1", "FROM busybox:1\nRUN echo x > /x; rm /etc/group\nRUN echo y > /x\n");
    String path = "/v1/builds/" + build.path("id").asText() + "/image?format=";
    assertThat(TestRegistry.tar(host.service.bytes(path + "tar"), "-t"))
        .contains("x", "bin/busybox", "etc/passwd")
        .doesNotContain("etc/group", "etc/.wh.group");
    assertThat(TestRegistry.tar(host.service.bytes(path + "tar"), "-xO", "x")).containsExactly("y");
    assertThat(TestRegistry.tar(host.service.bytes(path + "oci"), "-t"))
        .contains("oci-layout", "index.json");
    assertThat(TestRegistry.tar(host.service.bytes(path + "docker"), "-xO", "manifest.json"))
        .first()
        .asString()
        .contains("\"RepoTags\":[\"taken:1\"]");
  }

  @Test
  void aDockerfileIsCheckedWithoutBuildingIt() throws Exception {
    byte[] wrong = "FROM busybox:1\nRUNN true\n".getBytes(StandardCharsets.UTF_8);
    JsonNode answer =
        host.service
            .call("POST", "/v1/dockerfiles/check", wrong, "Content-Type", "text/x-dockerfile")
            .json();
    assertThat(answer.path("valid").asBoolean()).isFalse();
    assertThat(answer.path("errors").get(0).path("line").asInt()).isEqualTo(2);
  }

  @Test
  void theDocumentOfTheInterfaceKnowsEveryPathAndFieldOfABuild() throws Exception {
    JsonNode document = host.service.get("/q/openapi?format=json").json();
    assertThat(document.path("openapi").asText()).startsWith("3.1");
    assertThat(document.path("paths").properties().stream().map(path -> path.getKey()))
        .contains(
            "/v1/builds",
            "/v1/builds/{id}",
            "/v1/builds/{id}/cancel",
            "/v1/builds/{id}/image",
            "/v1/builds/{id}/logs",
            "/v1/builds/{id}/provenance",
            "/v1/contexts",
            "/v1/contexts/uploads/{id}",
            "/v1/contexts/{digest}",
            "/v1/dockerfiles/check");
    JsonNode known =
        document.path("components").path("schemas").path("BuildDocument").path("properties");
    JsonNode build = host.build("tag=described:1", "FROM scratch\nLABEL a=b\n");
    build.fieldNames().forEachRemaining(name -> assertThat(known.has(name)).as(name).isTrue());
  }

  @Test
  void aContextIsReferredToByItsDigestAlone() throws Exception {
    byte[] context = new Archive().file("Dockerfile", "FROM scratch\n").bytes();
    String digest = Digest.of(context).toString();
    assertThat(host.service.upload("/v1/contexts?digest=" + digest, context).status())
        .isEqualTo(201);
    String document = "{\"context\":{\"digest\":\"" + digest + "\"},\"tags\":[\"digest:1\"]}";
    succeeded(host.service.post("/v1/builds", document));
  }

  @Test
  void anUploadGoesOnWhereItBrokeOff() throws Exception {
    byte[] context = new Archive().file("Dockerfile", "FROM scratch\nLABEL a=b\n").bytes();
    String digest = Digest.of(context).toString();
    String place =
        host.service
            .call("POST", "/v1/contexts", new byte[0])
            .response()
            .headers()
            .firstValue("Location")
            .orElseThrow();
    host.service.call("PATCH", place, Arrays.copyOf(context, 700), "Content-Range", "0-699");
    ServiceProcess.Answer status = host.service.get(place);
    assertThat(status.response().headers().firstValue("Range")).hasValue("0-699");
    byte[] rest = Arrays.copyOfRange(context, 700, context.length);
    ServiceProcess.Answer stored = host.service.call("PUT", place + "?digest=" + digest, rest);
    assertThat(stored.status()).as(stored.text()).isEqualTo(201);
    assertThat(stored.json().path("digest").asText()).isEqualTo(digest);
  }

  @Test
  void aPieceOutOfOrderIsRefusedWithWhatIsNext() throws Exception {
    String place =
        host.service
            .call("POST", "/v1/contexts", new byte[0])
            .response()
            .headers()
            .firstValue("Location")
            .orElseThrow();
    ServiceProcess.Answer answer =
        host.service.call("PATCH", place, new byte[10], "Content-Range", "5-14");
    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.json().path("detail").asText()).contains("next byte of this upload is 0");
  }

  @Test
  void theSameKeyWithAnotherRequestIsRefused() throws Exception {
    byte[] context = new Archive().file("Dockerfile", "FROM scratch\n").bytes();
    String key = UUID.randomUUID().toString();
    host.service.upload("/v1/builds?tag=key:1", context, "Idempotency-Key", key);
    ServiceProcess.Answer other =
        host.service.upload("/v1/builds?tag=key:2", context, "Idempotency-Key", key);
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.json().path("code").asText()).isEqualTo("KEY_REUSED");
  }

  @Test
  void aSecretWithoutAValueIsRefused() throws Exception {
    ServiceProcess.Answer answer =
        host.service.post(
            "/v1/builds", "{\"dockerfileText\":\"FROM scratch\",\"secrets\":[\"npm\"]}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("field").asText()).isEqualTo("secrets");
  }

  @Test
  void aSecretIsSeenByItsStepAndNowhereElse() throws Exception {
    String dockerfile =
        "FROM busybox:1\nRUN --mount=type=secret,id=token"
            + " test \\\"$(cat /run/secrets/token | wc -c)\\\" = \\\""
            + SECRET.length()
            + "\\\"\n";
    String document =
        "{\"dockerfileText\":\""
            + dockerfile.replace("\n", "\\n")
            + "\",\"tags\":[\"secret:1\"],\"secretValues\":{\"token\":\""
            + Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8))
            + "\"}}";
    JsonNode build = succeeded(host.service.post("/v1/builds", document));
    String id = build.path("id").asText();
    host.bus.await(id, "succeeded");
    String told = build + host.log(id) + host.bus.events(id) + host.registry.config("secret:1");
    assertThat(told).doesNotContain(SECRET);
    assertThat(host.grep(SECRET)).isEmpty();
  }

  @Test
  void theKeyOfSecretsIsReadableByItsOwnerAlone() throws Exception {
    Path key = host.directory.resolve("state/secret.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatAStepWroteIsKeptToTheByte() throws Exception {
    String id =
        host.submit(
            "tag=bytes:1", "FROM busybox:1\nRUN busybox printf 'a\\377b\\r\\n\\ttab\\nno end'\n");
    host.ended(id);
    byte[] expected = "a\0b\r\n\ttab\nno end".getBytes(StandardCharsets.ISO_8859_1);
    expected[1] = (byte) 0xff;
    assertThat(host.service.bytes("/v1/builds/" + id + "/logs?step=2")).isEqualTo(expected);
  }

  @Test
  void theLogGoesOnBehindALine() throws Exception {
    String id = host.submit("tag=resumed:1", "FROM busybox:1\nRUN echo one; echo two\n");
    host.ended(id);
    List<String> all = host.log(id, "").lines().filter(line -> line.startsWith("id: ")).toList();
    String after = all.get(all.size() - 2).substring("id: ".length());
    List<String> rest =
        host.log(id, after).lines().filter(line -> line.startsWith("id: ")).toList();
    assertThat(rest).containsExactly(all.getLast());
  }

  @Test
  void provenanceNamesContextBaseAndRequest() throws Exception {
    JsonNode build = host.build("tag=provenance:1&buildArg=A=b", "FROM busybox:1\nLABEL x=y\n");
    JsonNode statement =
        host.service.get("/v1/builds/" + build.path("id").asText() + "/provenance").json();
    assertThat(statement.path("predicateType").asText())
        .isEqualTo("https://slsa.dev/provenance/v1");
    assertThat(statement.path("subject").get(0).path("digest").path("sha256").asText())
        .isEqualTo(build.path("imageDigest").asText().substring("sha256:".length()));
    JsonNode definition = statement.path("predicate").path("buildDefinition");
    assertThat(definition.path("externalParameters").path("buildArgs").path("A").asText())
        .isEqualTo("b");
    assertThat(definition.path("resolvedDependencies").toString())
        .contains(host.digest.substring("sha256:".length()));
  }

  @Test
  void listsAreFilteredAndPaged() throws Exception {
    for (int i = 0; i < 3; i++) {
      host.build("tag=listed:" + i, "FROM scratch\nLABEL i=" + i + "\n");
    }
    JsonNode first = host.service.get("/v1/builds?tag=listed&state=succeeded&limit=2").json();
    JsonNode second = host.service.get(first.path("next").asText()).json();
    assertThat(tags(first)).containsExactly("listed:2", "listed:1");
    assertThat(tags(second)).containsExactly("listed:0");
    assertThat(second.has("next")).isFalse();
  }

  private static List<String> tags(JsonNode list) {
    return StreamSupport.stream(list.path("items").spliterator(), false)
        .map(item -> item.path("tags").get(0).asText())
        .toList();
  }
}
