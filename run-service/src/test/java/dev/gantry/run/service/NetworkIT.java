package dev.gantry.run.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Networks over HTTP, and runs in them. */
class NetworkIT {
  private static final String SERVE =
      "mkdir /w; echo hi > /w/index.html; exec httpd -f -p 80 -h /w";

  private static TestHost host;

  @BeforeAll
  static void start() throws Exception {
    host = new TestHost();
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  @Test
  void theDefaultNetworkIsThereAndCannotBeRemoved() throws Exception {
    assertThat(host.service.get("/v1/networks").json().at("/items/0/name").asText())
        .isEqualTo("default");
    assertThat(host.service.delete("/v1/networks/default").status()).isEqualTo(409);
  }

  @Test
  void aNetworkThatIsMadeHasASubnetOfItsOwn() throws Exception {
    JsonNode first = create("{\"name\":\"one\"}");
    JsonNode second = create("{\"name\":\"two\",\"labels\":{\"a\":\"b\"}}");
    assertThat(first.path("subnet").asText()).isNotEqualTo(second.path("subnet").asText());
    assertThat(host.service.get("/v1/networks/two").json().at("/labels/a").asText()).isEqualTo("b");
    assertThat(host.service.delete("/v1/networks/one").status()).isEqualTo(204);
    assertThat(host.service.delete("/v1/networks/two").status()).isEqualTo(204);
    assertThat(host.service.get("/v1/networks/two").status()).isEqualTo(404);
  }

  @Test
  void aSubnetThatIsTakenIsRefusedWithItsHolder() throws Exception {
    JsonNode held = create("{\"name\":\"held\"}");
    ServiceProcess.Answer answer =
        host.service.post(
            "/v1/networks",
            "{\"name\":\"wants\",\"subnet\":\"%s\"}".formatted(held.path("subnet").asText()));
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text()).contains("subnet-taken").contains("network held");
    host.service.delete("/v1/networks/held");
  }

  @Test
  void whatIsWrongWithARequestIsNamed() throws Exception {
    assertThat(host.service.post("/v1/networks", "{\"name\":\"x\",\"sub\":1}").text())
        .contains("\"sub\"");
    assertThat(
            host.service.post("/v1/networks", "{\"name\":\"x\",\"subnet\":\"10.1.2.3/8\"}").text())
        .contains("host bits");
    assertThat(host.service.post("/v1/networks", "{\"name\":\"host\"}").status()).isEqualTo(400);
  }

  @Test
  void runsFindOneAnotherByNameAliasAndId() throws Exception {
    create("{\"name\":\"talk\"}");
    String server =
        host.start(
            id(),
            SERVE,
            "\"name\":\"web-1\"",
            "\"networks\":[{\"name\":\"talk\",\"aliases\":[\"web\"]}]");
    host.bus.await(server, "started");
    String client =
        host.start(
            id(),
            "for n in web web-1 %s WEB.talk; do until wget -qO- http://$n/; do sleep 0.1; done; done"
                .formatted(server.substring(0, 12)),
            "\"network\":\"talk\"");
    assertThat(host.bus.await(client, "exited").at("/data/code").asInt()).isZero();
    ServiceProcess.Answer inUse = host.service.delete("/v1/networks/talk");
    assertThat(inUse.status()).isEqualTo(409);
    assertThat(inUse.text()).contains("network-in-use").contains(server);
    finish(server);
    assertThat(host.service.delete("/v1/networks/talk").status()).isEqualTo(204);
  }

  @Test
  void aRunIsInSeveralNetworksWithTheAddressItWants() throws Exception {
    String subnet = create("{\"name\":\"left\"}").path("subnet").asText();
    create("{\"name\":\"right\",\"internal\":true}");
    String address = subnet.replace(".0/24", ".77");
    String networks =
        "\"networks\":[{\"name\":\"left\",\"address\":\"%s\"},\"right\"]".formatted(address);
    String run = host.start(id(), "ip -4 -o addr; exec sleep 600", networks);
    assertThat(host.bus.await(run, "started").at("/data/address").asText()).isEqualTo(address);
    Await.until(
        "both interfaces",
        () -> host.service.get("/v1/runs/" + run + "/logs").text().contains("eth1"));
    String second = host.start(id(), "exit 0", networks);
    JsonNode refused = host.bus.await(second, "rejected").path("data");
    assertThat(refused.path("reason").asText()).isEqualTo("ADDRESS_TAKEN");
    assertThat(refused.path("message").asText()).contains(run);
    finish(run);
    host.service.delete("/v1/networks/left");
    host.service.delete("/v1/networks/right");
  }

  @Test
  void aNetworkThatIsNotThereIsNotFound() throws Exception {
    String run = host.start(id(), "exit 0", "\"network\":\"nowhere\"");
    assertThat(host.bus.await(run, "rejected").at("/data/reason").asText())
        .isEqualTo("NETWORK_NOT_FOUND");
  }

  @Test
  void theHostsNetworkNeedsPermission() throws Exception {
    String run = host.start(id(), "exit 0", "\"network\":\"host\"");
    assertThat(host.bus.await(run, "rejected").at("/data/reason").asText()).isEqualTo("FORBIDDEN");
  }

  @Test
  void pruneTellsWhatItWouldRemoveAndRemovesIt() throws Exception {
    create("{\"name\":\"stale\"}");
    assertThat(host.service.post("/v1/networks/prune?dryRun=true", "").text()).contains("stale");
    assertThat(host.service.get("/v1/networks/stale").status()).isEqualTo(200);
    assertThat(host.service.post("/v1/networks/prune", "").text()).contains("stale");
    assertThat(host.service.get("/v1/networks/stale").status()).isEqualTo(404);
  }

  private static JsonNode create(String body) throws Exception {
    ServiceProcess.Answer answer = host.service.post("/v1/networks", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.json();
  }

  private static void finish(String run) throws Exception {
    host.service.post("/v1/runs/" + run + "/stop", "{\"graceSeconds\":0}");
    host.bus.await(run, "exited");
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
