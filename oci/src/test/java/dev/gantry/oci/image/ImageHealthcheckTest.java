package dev.gantry.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageHealthcheckTest {
  @Test
  void isReadAsDockerWritesIt() throws Exception {
    assertThat(
            config(
                    "{\"Test\":[\"CMD-SHELL\",\"true\"],\"Interval\":5000000000,\"Timeout\":1000000000,"
                        + "\"StartPeriod\":2000000000,\"Retries\":4}")
                .healthcheck())
        .hasValue(
            new ImageHealthcheck(
                List.of("CMD-SHELL", "true"),
                5_000_000_000L,
                1_000_000_000L,
                2_000_000_000L,
                0,
                4));
  }

  @Test
  void isWrittenAsItIsRead() throws Exception {
    String text =
        "{\"Test\":[\"CMD\",\"true\"],\"Interval\":1,\"Timeout\":2,"
            + "\"StartPeriod\":3,\"StartInterval\":4,\"Retries\":5}";
    ImageConfig edited = parse("{}").edit().container(config(text)).build();
    assertThat(new String(edited.bytes(), StandardCharsets.UTF_8)).contains(text);
  }

  @Test
  void survivesAnEdit() throws Exception {
    ImageConfig edited =
        parse("{\"Test\":[\"NONE\"]}").edit().container(ContainerConfig.EMPTY).build();
    assertThat(edited.container().healthcheck()).isPresent();
  }

  private static ContainerConfig config(String healthcheck) throws Exception {
    return parse(healthcheck).container();
  }

  private static ImageConfig parse(String healthcheck) throws Exception {
    return ImageConfig.parse(
        ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Healthcheck\":"
                + healthcheck
                + "}}")
            .getBytes(StandardCharsets.UTF_8));
  }
}
