package io.clouddragon.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

/** The arrows of ARCHITECTURE.md, held. */
@AnalyzeClasses(packages = "io.clouddragon", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String RESP = "io.clouddragon.resp..";
    private static final String STORAGE = "io.clouddragon.storage..";
    private static final String HTTP = "io.clouddragon.http..";
    private static final String SERVER = "io.clouddragon.server..";

    @ArchTest
    void packagesFormNoCircles(JavaClasses classes) {
        slices().matching("io.clouddragon.(**)").should().beFreeOfCycles().check(classes);
    }

    @ArchTest
    void respKnowsNoOtherModule(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage(RESP)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STORAGE, HTTP, SERVER)
                .check(classes);
    }

    @ArchTest
    void storageKnowsNeitherDoorNorNettyNorJson(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage(STORAGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(RESP, HTTP, SERVER, "io.netty..", "com.fasterxml..")
                .check(classes);
    }

    @ArchTest
    void theHttpDoorKnowsStorageOnly(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage(HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(RESP, SERVER)
                .check(classes);
    }

    @ArchTest
    void theLogKnowsNoStateMachine(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage("io.clouddragon.storage.log..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.clouddragon.storage.engine..", "io.clouddragon.storage.keyspace..")
                .check(classes);
    }

    @ArchTest
    void onlyConnectionsKnowNetty(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAnyPackage("io.clouddragon.server.command..", "io.clouddragon.server.family..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(classes);
    }
}
