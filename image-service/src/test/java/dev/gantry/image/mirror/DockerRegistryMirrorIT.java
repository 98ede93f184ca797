package dev.gantry.image.mirror;

import static dev.gantry.image.registry.Registry.bytes;
import static dev.gantry.image.registry.Registry.descriptor;
import static dev.gantry.image.registry.Registry.header;
import static dev.gantry.image.registry.Registry.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.image.ImageConfig;
import dev.gantry.image.registry.BackboneResource;
import dev.gantry.image.registry.Registry;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mirror of the CNCF distribution. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class DockerRegistryMirrorIT {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final String CONFIG = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";

  @TempDir Path directory;

  @TestHTTPResource("/")
  URI base;

  @Inject ImageConfig config;
  @Inject Mirrors mirrors;

  private DockerRegistry upstream;
  private Registry there;
  private Registry here;
  private String prefix;

  @BeforeEach
  void start() throws Exception {
    upstream = DockerRegistry.start(directory);
    there = new Registry(upstream.base());
    here = new Registry(base);
    prefix = "distribution" + NUMBERS.incrementAndGet();
    new MirrorTestFile(config.stateDir(), mirrors)
        .add(prefix, "{\"upstream\":\"%s\",\"revalidate\":\"0s\"}".formatted(upstream.base()));
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private String push(String layer) throws Exception {
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
            .formatted(
                MediaTypes.OCI_MANIFEST,
                descriptor(MediaTypes.OCI_CONFIG, blob(bytes(CONFIG)), CONFIG.length()),
                descriptor(MediaTypes.OCI_LAYER_TAR, blob(bytes(layer)), layer.length()))
            .getBytes(StandardCharsets.UTF_8);
    assertThat(there.putManifest("team/app", "v1", manifest).statusCode()).isEqualTo(201);
    return Digest.of(manifest).toString();
  }

  /** In two requests: it knows no upload in one. */
  private String blob(byte[] content) throws Exception {
    String digest = Digest.of(content).toString();
    URI upload =
        URI.create(header(there.call("POST", "/v2/team/app/blobs/uploads/", null), "Location"));
    String path = upload.getRawPath() + "?" + upload.getRawQuery() + "&digest=" + digest;
    assertThat(there.call("PUT", path, content).statusCode()).isEqualTo(201);
    return digest;
  }

  private HttpResponse<byte[]> get(String rest) throws Exception {
    return here.call("GET", "/v2/" + prefix + "/team/app/" + rest, null);
  }

  @Test
  void anImageIsPulledThrough() throws Exception {
    String digest = push("layer");

    HttpResponse<byte[]> manifest = get("manifests/v1");

    assertThat(header(manifest, "Docker-Content-Digest")).isEqualTo(digest);
    String layer = json(manifest).at("/layers/0/digest").asText();
    assertThat(get("blobs/" + layer).body()).isEqualTo(bytes("layer"));
  }

  @Test
  void aTagThatMovedThereMovesHere() throws Exception {
    push("one");
    get("manifests/v1");
    String second = push("two");

    assertThat(header(get("manifests/v1"), "Docker-Content-Digest")).isEqualTo(second);
  }

  @Test
  void whatWasPulledOnceIsServedWhenTheUpstreamIsGone() throws Exception {
    String digest = push("layer");
    String layer = json(get("manifests/v1")).at("/layers/0/digest").asText();
    get("blobs/" + layer);
    upstream.close();

    assertThat(header(get("manifests/v1"), "Docker-Content-Digest")).isEqualTo(digest);
    assertThat(get("blobs/" + layer).body()).isEqualTo(bytes("layer"));
  }

  @Test
  void tagsAreThoseOfTheUpstream() throws Exception {
    push("layer");

    assertThat(json(get("tags/list")).path("tags").path(0).asText()).isEqualTo("v1");
  }
}
