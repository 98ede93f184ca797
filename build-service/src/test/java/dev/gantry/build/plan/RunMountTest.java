package dev.gantry.build.plan;

import static dev.gantry.build.plan.Plans.plan;
import static dev.gantry.build.plan.Plans.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunMountTest {
  private static RunMount mount(String text) {
    return ((Operation.Run) Plans.last("WORKDIR /w\nRUN --mount=" + text + " x\n"))
        .mounts()
        .getFirst();
  }

  @Test
  void bindIsTheDefaultAndReadOnly() {
    assertThat(mount("target=/t"))
        .isEqualTo(new RunMount.Bind("/t", new Origin.Context(), "/", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=bind,source=a/../b,target=/t,rw",
        "type=BIND,src=b,dst=/t,readwrite",
        "source=/b,destination=/t,readonly=false",
        "source=b,target=/t/,rw=true",
      })
  void bindTakesItsOptionsInAllSpellings(String text) {
    assertThat(mount(text)).isEqualTo(new RunMount.Bind("/t", new Origin.Context(), "/b", false));
  }

  @Test
  void aRelativeTargetIsBelowTheWorkdir() {
    assertThat(mount("target=t").target()).isEqualTo("/w/t");
    assertThat(mount("type=tmpfs").target()).isEqualTo("/w");
  }

  @Test
  void fromNamesAStageOrAnImage() {
    BuildPlan plan =
        plan(
            "FROM a AS b\nFROM c\n"
                + "RUN --mount=from=B,target=/x --mount=from=img:1,target=/y,type=bind x\n");
    assertThat(((Operation.Run) Plans.last(plan)).mounts())
        .containsExactly(
            new RunMount.Bind("/x", new Origin.Earlier(0), "/", true),
            new RunMount.Bind("/y", new Origin.Image("img:1"), "/", true));
    assertThat(plan.stages()).hasSize(2);
  }

  @Test
  void aCacheIsCalledAsItsTarget() {
    assertThat(mount("type=cache,target=/c/"))
        .isEqualTo(
            new RunMount.Cache(
                "/c",
                "/c",
                RunMount.Sharing.SHARED,
                new Origin.Scratch(),
                "/",
                false,
                new RunMount.Access(0, 0, 0755)));
  }

  @Test
  void aCacheTakesItsOptions() {
    assertThat(
            mount(
                "type=cache,target=/c,id=n,sharing=locked,from=img,source=/s,ro,"
                    + "uid=1,gid=2,mode=0700"))
        .isEqualTo(
            new RunMount.Cache(
                "/c",
                "n",
                RunMount.Sharing.LOCKED,
                new Origin.Image("img"),
                "/s",
                true,
                new RunMount.Access(1, 2, 0700)));
  }

  @Test
  void tmpfsTakesASize() {
    assertThat(mount("type=tmpfs,target=/t,size=64m"))
        .isEqualTo(new RunMount.Tmpfs("/t", 64L << 20));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id=n|/run/secrets/n|n",
        "source=d/n|/run/secrets/n|d/n",
        "target=/t/n|/t/n|n",
        "id=n,target=/t|/t|n",
        "id=n,env=V|~|n",
        "id=n,env=V,target=/t|/t|n",
      },
      nullValues = "~")
  void aSecretIsAFileOrAVariable(String text, String target, String id) {
    RunMount.Secret secret = (RunMount.Secret) mount("type=secret," + text);
    assertThat(secret.target()).isEqualTo(target);
    assertThat(secret.id()).isEqualTo(id);
    assertThat(secret.owner()).isEqualTo(new RunMount.Access(0, 0, 0400));
    assertThat(secret.required()).isFalse();
  }

  @Test
  void aSecretTakesItsOptions() {
    assertThat(mount("type=secret,id=n,required,uid=1,gid=2,mode=0440,env=V"))
        .isEqualTo(new RunMount.Secret(null, "n", "V", true, new RunMount.Access(1, 2, 0440)));
  }

  @Test
  void socketsAreNumbered() {
    Operation.Run run =
        (Operation.Run)
            Plans.last("RUN --mount=type=ssh --mount=type=ssh,id=i,required=true,mode=0666 x");
    assertThat(run.mounts())
        .containsExactly(
            new RunMount.Ssh(
                "/run/buildkit/ssh_agent.0", "default", false, new RunMount.Access(0, 0, 0600)),
            new RunMount.Ssh(
                "/run/buildkit/ssh_agent.1", "i", true, new RunMount.Access(0, 0, 0666)));
  }

  @Test
  void optionsAreExpanded() {
    Operation.Run run =
        (Operation.Run)
            Plans.last("ARG T=/t ID=i TYPE=cache\nRUN --mount=type=$TYPE,target=${T}/x,id=$ID x");
    assertThat(run.mounts().getFirst())
        .isInstanceOfSatisfying(
            RunMount.Cache.class,
            cache -> {
              assertThat(cache.target()).isEqualTo("/t/x");
              assertThat(cache.id()).isEqualTo("i");
            });
  }

  @Test
  void mountsArePartOfWhatDecidesAboutTheCache() {
    String a =
        plan("FROM a\nRUN --mount=type=tmpfs,target=/a x\n").target().steps().get(1).canonical();
    String b =
        plan("FROM a\nRUN --mount=type=tmpfs,target=/b x\n").target().steps().get(1).canonical();
    assertThat(a).isNotEqualTo(b);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=nope,target=/t",
        "target=/",
        "type=bind,target=/t,nope",
        "type=bind,target=/t,nope=1",
        "type=bind,target=/t,uid=1",
        "type=bind,target=/t,sharing=shared",
        "type=bind,target=/t,required",
        "type=tmpfs,target=/t,size=big",
        "type=tmpfs,target=/t,mode=0700",
        "type=cache,target=/t,sharing=nope",
        "type=cache,target=/t,mode=9",
        "type=cache,target=/t,uid=-1",
        "type=cache,target=/t,required",
        "type=secret",
        "type=secret,id=a,source=b",
        "type=secret,id=a,from=b",
        "type=secret,id=a,sharing=shared",
        "type=ssh,source=a",
        "type=bind,target=/t,ro=perhaps",
        "from=$X,target=/t",
        "from=9,target=/t",
        "target=/t,from=later"
      })
  void whatIsWrongIsRefused(String text) {
    assertThat(refused("FROM a\nRUN --mount=" + text + " x\nFROM b AS later\nFROM 0\n").line())
        .isEqualTo(2);
  }

  @Test
  void theNetworkOfTheHostNeedsAPermission() {
    String text = "FROM a\nRUN --network=host x\n";
    assertThat(refused(text).message()).contains("not permitted");
    BuildOptions permitted = Plans.options().hostNetwork(true).build();
    assertThat(Plans.plan(text, permitted, image -> Plans.base()).stages()).hasSize(1);
  }

  @Test
  void aScriptIsAFileThatTheShellIsToldToExecute() {
    Operation.Run run = (Operation.Run) Plans.last("RUN <<EOF\n#!/bin/x\ny\nEOF\n");
    assertThat(run.script()).isEqualTo(new Operation.Script("/dev/pipes/EOF", "#!/bin/x\ny\n"));
    assertThat(run.argv()).containsExactly("/bin/sh", "-c", "/dev/pipes/EOF");
  }
}
