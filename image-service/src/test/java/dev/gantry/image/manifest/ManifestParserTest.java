package dev.gantry.image.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.image.manifest.ManifestDocument.Target;
import dev.gantry.image.protocol.ErrorCode;
import dev.gantry.image.protocol.Outcome;
import dev.gantry.oci.content.Digest;
import dev.gantry.oci.image.MediaTypes;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestParserTest {
  private static final String A = "sha256:" + "a".repeat(64);
  private static final String B = "sha256:" + "b".repeat(64);
  private static final String CONFIG =
      "{'mediaType':'application/vnd.oci.image.config.v1+json','digest':'" + A + "','size':2}";

  @Test
  void aManifestRefersToItsConfigAndLayers() {
    ManifestDocument manifest =
        parsed(
            MediaTypes.OCI_MANIFEST,
            "{'schemaVersion':2,'config':" + CONFIG + ",'layers':[" + layer("x", B) + "]}");
    assertThat(manifest.targets()).containsExactly(new Target.Blob(A, 2), new Target.Blob(B, 1));
  }

  @Test
  void aLayerThatRegistriesNeedNotHaveIsNoReference() {
    ManifestDocument manifest =
        parsed(
            MediaTypes.OCI_MANIFEST,
            "{'schemaVersion':2,'config':"
                + CONFIG
                + ",'layers':["
                + layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", B)
                + "]}");
    assertThat(manifest.targets()).containsExactly(new Target.Blob(A, 2));
  }

  @Test
  void anIndexNamesManifestsAndPlatforms() {
    ManifestDocument index =
        parsed(
            MediaTypes.OCI_INDEX,
            "{'schemaVersion':2,'manifests':[{'mediaType':'x','size':1,'digest':'"
                + A
                + "','platform':{'os':'linux','architecture':'arm','variant':'v7'}},"
                + "{'mediaType':'x','size':1,'digest':'"
                + B
                + "','platform':{'os':'unknown','architecture':'unknown'}}]}");
    assertThat(index.targets())
        .containsExactly(new Target.Manifest(A, 1), new Target.Manifest(B, 1));
    assertThat(index.platforms()).containsExactly("linux/arm/v7");
  }

  @Test
  void withoutAnArtifactTypeItIsTheConfigs() {
    ManifestDocument manifest =
        parsed(
            MediaTypes.OCI_MANIFEST, "{'schemaVersion':2,'config':" + CONFIG + ",'layers':null}");
    assertThat(manifest.artifactType()).contains(MediaTypes.OCI_CONFIG);
  }

  @Test
  void theMediaTypeMayBeInTheDocumentOnly() {
    assertThat(
            parsed(
                    null,
                    "{'schemaVersion':2,'mediaType':'" + MediaTypes.OCI_INDEX + "','manifests':[]}")
                .mediaType())
        .isEqualTo(MediaTypes.OCI_INDEX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{'schemaVersion':1,'manifests':[]}",
        "{'schemaVersion':2}",
        "{'schemaVersion':2,'manifests':{}}",
        "{'schemaVersion':2,'manifests':[],'layers':[]}",
        "{'schemaVersion':2,'manifests':[],'manifests':[]}",
        "{'schemaVersion':2,'manifests':[]} trailing",
        "{'schemaVersion':2,'manifests':[{'digest':'sha256:../../etc','size':1}]}",
        "{'schemaVersion':2,'manifests':[{'digest':'md5:abc','size':1}]}",
        "{'schemaVersion':2,'manifests':[7]}",
        "{'schemaVersion':'2','manifests':[]}",
        "{'schemaVersion':2,'manifests':[],'Layers':[]}",
        "\uFEFF{'schemaVersion':2,'manifests':[]}",
        "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json',"
            + "'manifests':[]}"
      })
  void whatIsNoIndexIsRefused(String document) {
    assertInvalid(parse(MediaTypes.OCI_INDEX, document));
  }

  @Test
  void aNegativeSizeIsRefused() {
    assertInvalid(
        parse(
            MediaTypes.OCI_INDEX,
            "{'schemaVersion':2,'manifests':[{'digest':'" + A + "','size':-1}]}"));
  }

  @Test
  void anUnknownMediaTypeIsRefused() {
    assertInvalid(parse("application/json", "{'schemaVersion':2,'manifests':[]}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32BE", "ISO-8859-1"})
  void whatIsNotUtf8IsRefused(String charset) {
    byte[] content =
        "{\"schemaVersion\":2,\"manifests\":[],\"x\":\"\u00e9\"}"
            .getBytes(Charset.forName(charset));
    assertInvalid(ManifestParser.parse(MediaTypes.OCI_INDEX, content, Digest.of(content)));
  }

  @Test
  void twoSizesOfOneBlobAreRefused() {
    assertInvalid(
        parse(
            MediaTypes.OCI_MANIFEST,
            "{'schemaVersion':2,'config':" + CONFIG + ",'layers':[" + layer("x", A) + "]}"));
  }

  @Test
  void nestingWithoutEndIsRefused() {
    assertInvalid(parse(MediaTypes.OCI_INDEX, "[".repeat(1_000_000)));
  }

  private static String layer(String mediaType, String digest) {
    return "{'mediaType':'" + mediaType + "','digest':'" + digest + "','size':1}";
  }

  private static Outcome<ManifestDocument> parse(String contentType, String document) {
    byte[] content = document.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ManifestParser.parse(contentType, content, Digest.of(content));
  }

  private static ManifestDocument parsed(String contentType, String document) {
    return parse(contentType, document)
        .either(
            manifest -> manifest,
            refusal -> {
              throw new AssertionError(refusal);
            });
  }

  private static void assertInvalid(Outcome<?> outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.MANIFEST_INVALID));
  }
}
