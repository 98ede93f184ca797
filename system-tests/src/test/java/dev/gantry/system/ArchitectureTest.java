package dev.gantry.system;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The boundaries between packages and modules, read from the compiled classes of all modules. */
class ArchitectureTest {
  private static final String LINUX = "dev.gantry.linux..";
  private static final List<String> LIBRARIES =
      packages("linux", "events", "oci", "isolation", "bus", "embedded");
  private static final List<String> SERVICES = packages("image", "build", "run", "dashboard");
  private static final String EDGE =
      "Resource|Consumer|Publisher|Config|Wiring|Entity|Repository|Mapper|Filter|Check";

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() throws IOException {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      classes =
          new ClassFileImporter()
              .importPaths(
                  modules
                      .map(module -> module.resolve("target/classes"))
                      .filter(Files::isDirectory)
                      .toList());
    }
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().assignedFrom(new EachPackage()).should().beFreeOfCycles());
  }

  @Test
  void frameworkStaysAtTheEdge() {
    check(
        noClasses()
            .that(resideInAPackage("dev.gantry.."))
            .and()
            .haveNameNotMatching(".*(" + EDGE + ")(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "io.smallrye..", "jakarta.."));
  }

  @Test
  void librariesDoNotKnowTheFramework() {
    check(
        noClasses()
            .that(resideInAnyPackage(LIBRARIES.toArray(String[]::new)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "io.smallrye..", "jakarta.."));
  }

  @Test
  void onlyLinuxKnowsJna() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(LINUX)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna.."));
  }

  @TestFactory
  Stream<DynamicTest> librariesDependOnLinuxOnly() {
    return LIBRARIES.stream()
        .map(library -> independence(library, without(LIBRARIES, library, LINUX)));
  }

  @TestFactory
  Stream<DynamicTest> librariesDoNotDependOnServices() {
    return LIBRARIES.stream().map(library -> independence(library, SERVICES));
  }

  @TestFactory
  Stream<DynamicTest> servicesDoNotDependOnServices() {
    return SERVICES.stream().map(service -> independence(service, without(SERVICES, service)));
  }

  private static DynamicTest independence(String from, List<String> others) {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage(from)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(others.toArray(String[]::new));
    return DynamicTest.dynamicTest(from, () -> check(rule));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(classes);
  }

  private static List<String> packages(String... names) {
    return Stream.of(names).map(name -> "dev.gantry." + name + "..").toList();
  }

  private static List<String> without(List<String> all, String... removed) {
    return all.stream().filter(name -> !List.of(removed).contains(name)).toList();
  }

  /** Every package is a slice of its own, so that a parent and its child may not form a cycle. */
  private static final class EachPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      return SliceIdentifier.of(javaClass.getPackageName());
    }

    @Override
    public String getDescription() {
      return "each package";
    }
  }
}
