package dev.gantry.dashboard;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the dashboard answers whatever happened on the bus. */
@QuarkusTest
@QuarkusTestResource(BackboneResource.class)
class HttpIT {

  @BeforeEach
  void isReady() throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (given().get("/q/health/ready").statusCode() != 200) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  @Test
  void aSchemaIsServedUnderItsType() {
    given()
        .get("/v1/schemas/dev.gantry.run.requested.v1")
        .then()
        .statusCode(200)
        .body("title", equalTo("dev.gantry.run.requested.v1"));
  }

  @Test
  void allSchemasAreListed() {
    given().get("/v1/schemas").then().body("items.type", hasItem("dev.gantry.build.failed.v1"));
  }

  @Test
  void anUnknownSchemaIsAProblem() {
    given()
        .get("/v1/schemas/nothing")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("code", equalTo("NOT_FOUND"));
  }

  @Test
  void aBadParameterIsNamed() {
    given()
        .get("/v1/runs?limit=many")
        .then()
        .statusCode(400)
        .body("field", equalTo("limit"))
        .body("type", equalTo("https://gantry.dev/problems/invalid-parameter"));
  }

  @Test
  void aStreamFromNowhereIsAProblem() {
    given()
        .get("/v1/events?after=yesterday")
        .then()
        .statusCode(400)
        .body("field", equalTo("after"));
  }

  @Test
  void thePageRunsNothingButItsOwnFiles() {
    given()
        .get("/")
        .then()
        .statusCode(200)
        .header("Content-Security-Policy", containsString("script-src 'self'"));
  }
}
