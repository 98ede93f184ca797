package dev.gantry.cli.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** The XML reports that surefire and failsafe leave in the modules. */
final class Reports {
  private static final List<String> FOLDERS =
      List.of("target/surefire-reports", "target/failsafe-reports");

  private Reports() {}

  /** Removes those of earlier runs. */
  static void clear(Path checkout) throws IOException {
    for (Path report : files(checkout)) {
      Files.delete(report);
    }
  }

  /** All tests of all modules. */
  static List<TestOutcome> read(Path checkout) throws IOException {
    List<TestOutcome> outcomes = new ArrayList<>();
    for (Path report : files(checkout)) {
      String module = checkout.relativize(report).getName(0).toString();
      try (InputStream in = Files.newInputStream(report)) {
        outcomes.addAll(parse(module, in));
      } catch (XMLStreamException e) {
        throw new IOException(report + " is no test report: " + e.getMessage(), e);
      }
    }
    return outcomes;
  }

  /** The tests of one report. */
  static List<TestOutcome> parse(String module, InputStream in) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XMLStreamReader xml = factory.createXMLStreamReader(in);
    List<TestOutcome> outcomes = new ArrayList<>();
    TestOutcome current = null;
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        switch (xml.getLocalName()) {
          case "testcase" ->
              current = new TestOutcome(module, name(xml), TestOutcome.Result.PASSED, "");
          case "failure", "error" -> current = with(current, TestOutcome.Result.FAILED, xml);
          case "skipped" -> current = with(current, TestOutcome.Result.SKIPPED, xml);
          default -> {} // output and properties
        }
      } else if (event == XMLStreamConstants.END_ELEMENT
          && xml.getLocalName().equals("testcase")
          && current != null) {
        outcomes.add(current);
        current = null;
      }
    }
    return outcomes;
  }

  private static TestOutcome with(
      @Nullable TestOutcome test, TestOutcome.Result result, XMLStreamReader xml) {
    String message = xml.getAttributeValue(null, "message");
    String type = xml.getAttributeValue(null, "type");
    String reason = message != null ? message : type != null ? type : "";
    return test == null
        ? new TestOutcome("", "?", result, reason)
        : new TestOutcome(test.module(), test.name(), result, reason);
  }

  private static String name(XMLStreamReader xml) {
    String type = String.valueOf(xml.getAttributeValue(null, "classname"));
    String method = xml.getAttributeValue(null, "name");
    String simple = type.substring(type.lastIndexOf('.') + 1);
    return method == null || method.isEmpty() ? simple : simple + "." + method;
  }

  private static List<Path> files(Path checkout) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(checkout, Files::isDirectory)) {
      for (Path module : modules) {
        for (String folder : FOLDERS) {
          addReports(module.resolve(folder), files);
        }
      }
    }
    return files;
  }

  private static void addReports(Path folder, List<Path> files) throws IOException {
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> reports = Files.newDirectoryStream(folder, "TEST-*.xml")) {
        reports.forEach(files::add);
      }
    }
  }
}
