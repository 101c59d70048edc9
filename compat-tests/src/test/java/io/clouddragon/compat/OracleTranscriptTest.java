package io.clouddragon.compat;

import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Transcript;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The transcripts that claim to be true of redis-server are: the oracle is asked, not remembered. */
class OracleTranscriptTest {
    @RegisterExtension
    static final ServerExtension redis = ServerExtension.redis();

    static List<Transcript> withOracle() {
        return Transcript.all().stream().filter(Transcript::hasOracle).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withOracle")
    void redisAnswersAsWrittenDown(Transcript transcript) {
        transcript.run(redis.server(), Transcript.Sender.WHOLE);
    }
}
