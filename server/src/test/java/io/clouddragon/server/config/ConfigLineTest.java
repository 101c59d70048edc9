package io.clouddragon.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConfigLineTest {
    @Test
    void wordsAreSplitWithTheQuotingRulesOfRedis() {
        assertThat(ConfigLine.split("  port \t 6379 ")).containsExactly("port", "6379");
        assertThat(ConfigLine.split("save \"\"")).containsExactly("save", "");
        assertThat(ConfigLine.split("a \"b c\" 'd e'")).containsExactly("a", "b c", "d e");
        assertThat(ConfigLine.split("\"a\\n\\r\\t\\\"\\\\\\x41\\q\"")).containsExactly("a\n\r\t\"\\Aq");
        assertThat(ConfigLine.split("'a\\'b\\n'")).containsExactly("a'b\\n");
        assertThat(ConfigLine.split("")).isEmpty();
    }

    @Test
    void quotesThatAreNotClosedOrNotFollowedByABlankAreRefused() {
        for (String line : List.of("\"a", "'a", "\"a\"b", "'a'b", "\"a\\", "a \"", "\"a\\\"")) {
            assertThat(ConfigLine.split(line)).as(line).isNull();
        }
    }

    @Test
    void anyTextComesBackFromItsQuotedForm() {
        String given = System.getProperty("seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        Random random = new Random(seed);
        String alphabet = "ab \t\n\r\0\u0007\\\"'#xé龍\u0001";
        for (int i = 0; i < 5_000; i++) {
            String text = random.ints(random.nextInt(8), 0, alphabet.length())
                    .collect(StringBuilder::new, (b, at) -> b.append(alphabet.charAt(at)), StringBuilder::append)
                    .toString();
            assertThat(ConfigLine.split(ConfigLine.quoted(text)))
                    .as("seed %d, round %d", seed, i)
                    .containsExactly(text);
        }
    }
}
