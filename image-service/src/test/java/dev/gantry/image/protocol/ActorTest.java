package dev.gantry.image.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActorTest {
  private static final String ANN = "Basic YW5uOnNlY3JldA=="; // ann:secret

  @Test
  void whoSendsAUserNameIsThatUser() {
    assertThat(Actor.of(ANN, "skopeo/1.9", "10.0.0.1")).isEqualTo(new Actor("ann"));
  }

  @Test
  void anybodyElseIsAProgramAtAnAddress() {
    assertThat(Actor.of(null, "docker/20.10 go/1.19 (linux)", "10.0.0.1"))
        .isEqualTo(new Actor("docker/20.10@10.0.0.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer YW5uOnNlY3JldA==", "Basic YW5u", "Basic =", "Basic Cjp4", ""})
  void aHeaderThatNamesNoUserSaysNothing(String authorization) {
    assertThat(Actor.of(authorization, null, "10.0.0.1")).isEqualTo(new Actor("10.0.0.1"));
  }
}
