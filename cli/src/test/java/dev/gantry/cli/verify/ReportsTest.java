package dev.gantry.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportsTest {
  @Test
  void everyTestCaseIsOneOutcomeWithItsReason() throws Exception {
    String xml =
        """
        <testsuite name="x"><properties/>
        <testcase name="works" classname="a.b.OneTest"/>
        <testcase name="breaks" classname="a.b.OneTest"><failure message="1 is not 2">at x</failure>
        </testcase>
        <testcase name="throws" classname="a.b.OneTest"><error type="java.io.IOException"/></testcase>
        <testcase name="waits" classname="a.b.OneTest"><skipped message="not here"/></testcase>
        <testcase name="" classname="a.b.TwoTest"><error message="no start"/></testcase>
        </testsuite>""";

    assertThat(parse(xml))
        .containsExactly(
            new TestOutcome("m", "OneTest.works", TestOutcome.Result.PASSED, ""),
            new TestOutcome("m", "OneTest.breaks", TestOutcome.Result.FAILED, "1 is not 2"),
            new TestOutcome(
                "m", "OneTest.throws", TestOutcome.Result.FAILED, "java.io.IOException"),
            new TestOutcome("m", "OneTest.waits", TestOutcome.Result.SKIPPED, "not here"),
            new TestOutcome("m", "TwoTest", TestOutcome.Result.FAILED, "no start"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FooTest | -Dtest=*FooTest -Dit.test=NoneOfTheIntegrationTests",
        "FooIT#bar | -Dtest=NoneOfTheUnitTests -Dit.test=*FooIT#bar",
        "Foo | -Dtest=*Foo*Test -Dit.test=*Foo*IT,*Foo*ST"
      })
  void aSelectionReachesTheRunnerThatHasTheTest(String only, String properties) {
    assertThat(String.join(" ", new Selection(only).properties())).isEqualTo(properties);
  }

  @Test
  void withoutASelectionAllTestsRun() {
    assertThat(new Selection("").properties()).isEmpty();
  }

  private static List<TestOutcome> parse(String xml) throws Exception {
    return Reports.parse("m", new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }
}
