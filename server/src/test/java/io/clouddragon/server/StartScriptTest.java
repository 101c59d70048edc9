package io.clouddragon.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script {@code dragon} in a project directory of the test's own, where "java" and "mvn" say what they are told. */
class StartScriptTest {
    private static final Path SCRIPT = Path.of("..", "dragon");
    private static final String MAVEN_BUILDS = "mkdir -p server/target; echo jar > server/target/cloud-dragon.jar";

    @TempDir
    private Path project;

    /** What the script printed, both streams, and how it ended. */
    private record Run(int status, String output) {}

    @BeforeEach
    void layOutTheProject() throws IOException {
        Files.copy(SCRIPT, project.resolve("dragon"));
        for (String module : List.of("resp", "storage", "http-adapter", "server")) {
            Files.createDirectories(project.resolve(module).resolve("src/main/java"));
            Files.createFile(project.resolve(module).resolve("pom.xml"));
        }
        Files.createFile(project.resolve("pom.xml"));
        Files.createDirectories(project.resolve("bin"));
        java("jdk", "17.0.1");
        executable("bin/mvn", "cd '" + project + "'; echo built >> builds; " + MAVEN_BUILDS);
    }

    @Test
    void theFirstRunBuildsAndTheSecondDoesNot() throws Exception {
        Run first = run("jdk", "--port", "1 2");
        assertThat(first.output())
                .contains("Building Cloud Dragon (first time: 1-2 minutes) ...")
                .contains("done in")
                .contains("[-jar][" + project.toRealPath() + "/server/target/cloud-dragon.jar][--port][1 2]");
        assertThat(first.status()).isEqualTo(7);
        Run second = run("jdk");
        assertThat(second.output()).doesNotContain("Building").contains("[-jar]");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aChangedAndADeletedSourceEachLeadToABuild() throws Exception {
        Path source = project.resolve("storage/src/main/java/A.java");
        Files.writeString(source, "class A {}");
        run("jdk");
        touch(source);
        assertThat(run("jdk").output()).contains("Building Cloud Dragon ...");
        Files.delete(source);
        touch(source.getParent());
        run("jdk");
        assertThat(builds()).isEqualTo(3);
    }

    @Test
    void aBuildLeavesTheJarOfARunningServerAsItIs() throws Exception {
        run("jdk");
        Path jar = project.resolve("server/target/cloud-dragon.jar");
        try (InputStream ofTheServer = Files.newInputStream(jar)) {
            touch(Files.createFile(project.resolve("storage/src/main/java/B.java")));
            executable("bin/mvn", "cd '" + project + "'; echo another > server/target/cloud-dragon.jar");
            run("jdk");
            assertThat(jar).hasContent("another");
            assertThat(new String(ofTheServer.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("jar\n");
        }
    }

    private static void touch(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
    }

    @Test
    void aFailedBuildShowsItsErrorsAndWhereTheRestIs() throws Exception {
        executable("bin/mvn", "echo '[INFO] noise'; echo '[ERROR] A.java:[1,2] cannot find symbol'; exit 1");
        Run run = run("jdk");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output())
                .contains("[ERROR] A.java:[1,2] cannot find symbol")
                .contains("the build failed; all of its output: ")
                .doesNotContain("noise")
                .doesNotContain("[-jar]");
    }

    @Test
    void anOldJavaHomeGivesWayToANewerJava() throws Exception {
        java("old", "11.0.2");
        java("newest", "99.0.1");
        Files.createSymbolicLink(project.resolve("bin/java"), project.resolve("newest/bin/java"));
        assertThat(run("old").output()).contains("java 99.0.1 ");
    }

    @Test
    void optionsFitTheJavaThatRuns() throws Exception {
        assertThat(run("jdk").output())
                .contains("[-XX:MaxRAMPercentage=60]")
                .as("a command that lacks memory fails, the server goes on")
                .doesNotContain("OutOfMemoryError")
                .doesNotContain("ZGC")
                .doesNotContain("native-access");
        java("newer", "25.0.1");
        assertThat(run("newer").output())
                .contains("[--enable-native-access=ALL-UNNAMED]")
                .doesNotContain("ZGenerational");
    }

    @Test
    void withoutALocaleTextIsUtf8() throws Exception {
        assertThat(run("jdk").output()).endsWith("[C.UTF-8]");
    }

    @Test
    void theUsersJavaOptionsComeAfterTheChosenOnes() throws Exception {
        assertThat(run("jdk").output()).contains("[-Da=1][-Xmx64m][-jar]");
    }

    @Test
    void aServerLeavesAnArchiveOfItsClassesAndLaterStartsUseIt() throws Exception {
        assertThat(run("jdk", "--port", "1").output()).contains("[-XX:ArchiveClassesAtExit=" + archive() + "]");
        assertThat(run("jdk", "--help").output()).doesNotContain("jsa");
        assertThat(run("jdk", "log", "dump").output()).doesNotContain("jsa");
        Path first = Files.createFile(archive());
        assertThat(run("jdk", "--help").output()).contains("[-XX:SharedArchiveFile=" + first + "]");
        // Another jar: a server of the one before may end, and leave its archive, only now.
        Path jar = project.resolve("server/target/cloud-dragon.jar");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(run("jdk").output()).contains("[-XX:ArchiveClassesAtExit=" + archive() + "]");
        Files.delete(jar);
        run("jdk");
        assertThat(first).doesNotExist();
    }

    private Path archive() throws IOException {
        Path jar = project.toRealPath().resolve("server/target/cloud-dragon.jar");
        long seconds = Files.getLastModifiedTime(jar).to(TimeUnit.SECONDS);
        return jar.resolveSibling("cloud-dragon-java17-" + seconds + ".jsa");
    }

    @Test
    void whatTheJvmWarnsOfIsNotPartOfWhatAToolPrints() throws Exception {
        assertThat(run("jdk", "log", "dump").output()).contains("[-Xlog:disable][-Xlog:all=warning,cds*=off:stderr]");
    }

    private int builds() throws IOException {
        return Files.readAllLines(project.resolve("builds")).size();
    }

    /** A Java that prints its arguments and its locale in brackets and ends with status 7. */
    private void java(String name, String version) throws IOException {
        executable(name + "/bin/java", "printf 'java " + version + " '; printf '[%s]' \"$@\" \"$LC_ALL\"; exit 7");
        executable(name + "/bin/javac", "exit 1");
        Files.writeString(project.resolve(name).resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private void executable(String path, String body) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run run(String javaHome, String... arguments) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("bash", project.resolve("dragon").toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JAVA_HOME", project.resolve(javaHome).toString());
        builder.environment().put("PATH", project.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("DRAGON_JAVA_OPTS", "-Da=1 -Xmx64m");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), output);
    }
}
