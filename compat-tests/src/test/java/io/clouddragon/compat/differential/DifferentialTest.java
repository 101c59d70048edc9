package io.clouddragon.compat.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.Seeds;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Target;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random commands of every family: the server under test answers as redis-server does. */
class DifferentialTest {
    /** {@code -Dcommands} for a longer run. */
    private static final int COMMANDS = Integer.getInteger("commands", 2_500);

    /** {@code -Dfamilies='hashes|sets'} for some of them only. */
    private static final Pattern FAMILIES = Pattern.compile(System.getProperty("families", ".*"));

    @RegisterExtension
    static final ServerExtension redis = ServerExtension.redis("--enable-debug-command", "yes");

    /** {@code -Dseed=random} searches elsewhere. */
    private static final long USUAL_SEED = 242_860_523_507_047L;

    @RegisterExtension
    static final ServerExtension subject = ServerExtension.target(
            Target.current() == Target.REDIS ? new String[] {"--enable-debug-command", "yes"} : new String[0]);

    private static final KnownDifferences known =
            Target.current() == Target.REDIS ? KnownDifferences.none() : KnownDifferences.ofDragon();

    static Stream<Arguments> families() {
        List<CommandGenerator> families = List.of(
                new StringFamily(),
                new BitmapFamily(),
                new HashFamily(),
                new SetFamily(),
                new SortedSetFamily(),
                new ListFamily(),
                new KeyFamily(),
                new TransactionFamily(),
                new ScriptFamily(),
                new ServerFamily(),
                new AclFamily(),
                new PubSubFamily(),
                new TrackingFamily());
        return families.stream()
                .filter(family -> FAMILIES.matcher(family.name()).matches())
                .flatMap(family -> Stream.of(2, 3).map(protocol -> Arguments.of(family.name(), protocol, family)));
    }

    @ParameterizedTest(name = "{0}, RESP{1}")
    @MethodSource("families")
    void repliesAreThoseOfRedis(String name, int protocol, CommandGenerator family) {
        long seed = Seeds.nextOr("differential, " + name + ", RESP" + protocol, USUAL_SEED);
        new Differential(redis.server(), subject.server(), protocol, known).run(family, seed, COMMANDS);
        if (protocol == 3 && Target.current() == Target.DRAGON) {
            everythingSurvivesARestart();
        }
    }

    private static void everythingSurvivesARestart() {
        RespValue before = dataset();
        subject.server().terminate();
        subject.server().start();
        assertThat(dataset()).as("after a restart").isEqualTo(before);
    }

    private static RespValue dataset() {
        try (RespConnection connection = subject.connect()) {
            return Dataset.read(connection);
        }
    }

    @AfterAll
    static void printKnownDifferences() {
        System.out.print("known differences met:\n" + known.report());
    }
}
