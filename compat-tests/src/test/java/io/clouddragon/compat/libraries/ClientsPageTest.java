package io.clouddragon.compat.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/clients.md, as they stand there but for the ports. */
class ClientsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "clients.md");

    @RegisterExtension
    static final ServerExtension server = ServerExtension.dragon();

    @Test
    void thePythonProgramRuns() throws IOException {
        String python = OtherLanguagesTest.pythonWithLibrary().toString();
        assertThat(run(program("python"), List.of(python, "-"))).isEqualTo("new\n1 None\n");
    }

    @Test
    void theNodeProgramRuns() throws IOException {
        String node = OtherLanguagesTest.nodeWithLibraries().toString();
        // It finds libraries from where it runs.
        String there = "cd '" + OtherLanguagesTest.NODE + "' && exec '" + node + "' --input-type=module -";
        assertThat(run(program("js"), List.of("sh", "-c", there))).isEqualTo("new\n1 null\n");
    }

    @Test
    void theJavaProgramRuns(@TempDir Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("Example.java"), program("java"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertThat(run("", List.of(java, source.toString())))
                .isEqualTo("200\n200\n{\"Atomic\": [{\"Key\": \"orders\", \"Value\": 1}]}\n409\n");
    }

    private static String program(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).as("a program in %s", language).isTrue();
        return block.group(1)
                .replace("6379", Integer.toString(server.port()))
                .replace("8379", Integer.toString(server.httpPort()));
    }

    private static String run(String input, List<String> command) throws IOException {
        Tools.Finished finished = Tools.run(input.getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(1), command);
        assertThat(finished.status()).as(finished.output()).isZero();
        return finished.output();
    }
}
