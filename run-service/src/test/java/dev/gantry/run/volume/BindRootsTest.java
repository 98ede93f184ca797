package dev.gantry.run.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindRootsTest {
  private final BindRoots roots = new BindRoots(List.of(Path.of("/srv"), Path.of("/srv/deep/er")));

  @Test
  void whatIsBelowARootIsFound() {
    assertThat(roots.find("/srv/a/b", null)).contains(new BindRoots.Place(Path.of("/srv"), "a/b"));
  }

  @Test
  void theRootItselfIsFound() {
    assertThat(roots.find("/srv/", null)).contains(new BindRoots.Place(Path.of("/srv"), ""));
  }

  @Test
  void theClosestRootCounts() {
    assertThat(roots.find("/srv/deep/er/f", "sub"))
        .contains(new BindRoots.Place(Path.of("/srv/deep/er"), "f/sub"));
  }

  @Test
  void aNameThatOnlyBeginsAsARootIsNotBelowIt() {
    assertThat(roots.find("/srvx", null)).isEmpty();
  }

  @Test
  void whatClimbsOutIsNotBelowIt() {
    assertThat(roots.find("/srv/../etc", null)).isEmpty();
  }

  @Test
  void aRelativeRootIsRefused() {
    assertThatThrownBy(() -> new BindRoots(List.of(Path.of("srv"))))
        .hasMessageContaining("gantry.allow.bind-roots");
  }
}
