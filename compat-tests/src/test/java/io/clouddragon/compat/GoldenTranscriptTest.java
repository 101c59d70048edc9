package io.clouddragon.compat;

import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.Transcript;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The replies written down in {@code transcripts/*.txt} are those of the server, and where there is an oracle, of Redis. */
class GoldenTranscriptTest {
    @RegisterExtension
    static final ServerExtension subject = ServerExtension.target();

    static List<Transcript> all() {
        return Transcript.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void repliesAreAsWrittenDown(Transcript transcript) {
        Assumptions.assumeTrue(
                Target.current() == Target.DRAGON || transcript.hasOracle(), "only Cloud Dragon answers this");
        transcript.run(subject.server(), Transcript.Sender.WHOLE);
    }
}
