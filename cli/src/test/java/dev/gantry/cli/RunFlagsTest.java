package dev.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gantry.cli.http.Json;
import dev.gantry.events.Parsed;
import dev.gantry.events.RunSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code gantry run} makes of docker's flags. */
class RunFlagsTest {
  private static final String RUNNING =
      "{\"id\":\"0123\",\"state\":\"running\",\"startedAt\":\"x\"}";

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void start() throws Exception {
    shell = new Shell();
    shell.service().on("POST /v1/runs", 202, RUNNING).on("GET /v1/runs/0123", 200, RUNNING);
  }

  @AfterEach
  void stop() {
    shell.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-t -i                          | {'tty':true,'stdin':true}",
        "--group-add audio --group-add 7 | {'groups':['audio','7']}",
        "--pull never                   | {'pullPolicy':'never'}",
        "--restart on-failure:3         | {'restart':'on-failure:3'}",
        "--ttl 1h30m                    | {'ttlSeconds':5400}",
        "-m 64m --memory-swap 96m       | {'resources':{'memory':'64m','memorySwap':33554432}}",
        "--memory-reservation 32m       | {'resources':{'memoryReservation':'32m'}}",
        "--cpu-shares 2                 | {'resources':{'cpuWeight':1}}",
        "-c 262144                      | {'resources':{'cpuWeight':10000}}",
        "--cpu-weight 50                | {'resources':{'cpuWeight':50}}",
        "--cpuset-cpus 0-1,3            | {'resources':{'cpuset':'0-1,3'}}",
        "--blkio-weight 10              | {'resources':{'ioWeight':1}}",
        "--io-weight 7                  | {'resources':{'ioWeight':7}}",
        "--device-read-bps /dev/a:1mb --device-write-iops /dev/a=9"
            + " | {'resources':{'io':[{'device':'/dev/a','readBps':'1mb','writeIops':9}]}}",
        "--ulimit nofile=1:2 --ulimit core=-1"
            + " | {'resources':{'ulimits':{'nofile':{'soft':1,'hard':2},'core':{'soft':-1,'hard':-1}}}}",
        "--shm-size 1g                  | {'resources':{'shmSize':'1g'}}",
        "--oom-score-adj 500            | {'resources':{'oomScoreAdjust':500}}",
        "-v data:/data:ro               | {'mounts':['data:/data:ro']}",
        "--mount type=bind,src=/a,dst=/b,readonly"
            + " | {'mounts':[{'type':'bind','source':'/a','target':'/b','readOnly':true}]}",
        "--mount source=v1,target=/b,volume-subpath=x/y,volume-nocopy"
            + " | {'mounts':[{'type':'volume','source':'v1','target':'/b','subpath':'x/y','noCopy':true}]}",
        "--mount type=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=0700"
            + " | {'mounts':[{'type':'tmpfs','target':'/t','size':'1m','mode':'0700'}]}",
        "--tmpfs /t                     | {'mounts':[{'type':'tmpfs','target':'/t'}]}",
        "--tmpfs /t:rw,size=1m,mode=755"
            + " | {'mounts':[{'type':'tmpfs','target':'/t','size':'1m','mode':'755'}]}",
        "--network back                 | {'network':'back'}",
        "--network a --network b        | {'networks':[{'name':'a'},{'name':'b'}]}",
        "--network a --network-alias x --ip 10.0.0.9"
            + " | {'networks':[{'name':'a','aliases':['x'],'address':'10.0.0.9'}]}",
        "--network name=a,alias=x,alias=y,ip=10.0.0.9"
            + " | {'networks':[{'name':'a','aliases':['x','y'],'address':'10.0.0.9'}]}",
        "--add-host db:10.0.0.1         | {'extraHosts':{'db':'10.0.0.1'}}",
        "--dns 9.9.9.9 --dns-search x.y | {'dns':['9.9.9.9'],'dnsSearch':['x.y']}",
        "--cap-add NET_RAW --cap-drop ALL | {'capabilities':{'add':['NET_RAW'],'drop':['ALL']}}",
        "--security-opt seccomp=unconfined | {'seccomp':'unconfined'}",
        "--security-opt no-new-privileges  | {}",
        "--sysctl net.core.somaxconn=9  | {'sysctls':{'net.core.somaxconn':'9'}}",
        "--health-cmd true --health-interval 500ms --health-retries 2"
            + " | {'healthcheck':{'command':'true','intervalSeconds':0.5,'retries':2}}",
        "--health-http 80/ready --health-timeout 1s --health-start-period 1m30s"
            + " | {'healthcheck':{'http':{'port':80,'path':'/ready'},'timeoutSeconds':1,'startPeriodSeconds':90}}",
        "--health-tcp 53 --health-start-interval 2"
            + " | {'healthcheck':{'tcp':{'port':53},'startIntervalSeconds':2}}",
        "--no-healthcheck               | {'healthcheck':{'none':true}}"
      })
  void aFlagBecomesAField(String flags, String fields) throws Exception {
    assertThat(shell.execute("run -d " + flags + " hello:1")).isZero();

    ObjectNode sent = (ObjectNode) sent();
    sent.remove("image");
    assertThat(sent).isEqualTo(Json.MAPPER.readTree(fields.replace('\'', '"')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--memory-swap 1g",
        "-m 1g --memory-swap 1m",
        "--cpu-shares 1",
        "--ttl soon",
        "--health-interval 1y",
        "--ulimit nofile",
        "--mount type=bind,source=/a,target=/b,propagation=shared",
        "--tmpfs /t:noexec=1",
        "--network name=a,mac=b",
        "--add-host db",
        "--security-opt apparmor=x",
        "--device-read-bps /dev/a",
        "--privileged"
      })
  void aFlagThatCannotBeIsAUsageError(String flags) {
    assertThat(shell.execute("run -d " + flags + " hello:1")).isEqualTo(2);
  }

  @Test
  void whatDockerUsersWriteIsARequestThatTheServiceTakes() throws Exception {
    shell.execute(
        "run -d --name db --restart unless-stopped -p 5432:5432 -v pg:/var/lib/pg --tmpfs /run"
            + " -m 512m --memory-swap 1g --cpus 1.5 --ulimit nofile=65535 --cap-drop ALL"
            + " --cap-add CHOWN --read-only --network back --network-alias store --dns 9.9.9.9"
            + " --health-cmd pg_isready --health-interval 5s -e A=b hello:1 serve");

    assertThat(RunSpec.parse(sent())).isInstanceOf(Parsed.Valid.class);
  }

  @Test
  void aRelativePathIsMadeWhole() throws Exception {
    shell.execute("run -d -v ./conf:/etc/app:ro hello:1");

    assertThat(sent().path("mounts").path(0).asText())
        .isEqualTo(Path.of("conf").toAbsolutePath() + ":/etc/app:ro");
  }

  @Test
  void variablesComeFromFilesAndFromHere() throws Exception {
    Path file = folder.resolve("env");
    Files.writeString(file, "# comment\nA=1\nB=2\n\nHOME_OF\nNOT_SET\n");

    shell.execute("run -d --env-file " + file + " -e B=3 hello:1");

    assertThat(sent().path("env"))
        .isEqualTo(Json.MAPPER.readTree("{\"A\":\"1\",\"B\":\"3\",\"HOME_OF\":\"here\"}"));
  }

  @Test
  void aSeccompProfileIsReadFromItsFile() throws Exception {
    Path file = folder.resolve("profile.json");
    Files.writeString(file, "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");

    shell.execute("run -d --security-opt seccomp=" + file + " hello:1");

    assertThat(sent().path("seccomp").path("defaultAction").asText()).isEqualTo("SCMP_ACT_ALLOW");
  }

  private JsonNode sent() throws Exception {
    return Json.MAPPER.readTree(shell.service().asked().getFirst().body());
  }
}
