package io.clouddragon.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.Transcript;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command of the transcripts, cut in two at every byte boundary, has the same replies (check 11 of the design). */
class SplitTest {
    @RegisterExtension
    static final ServerExtension subject = ServerExtension.target("--appendfsync", "no");

    static List<Transcript> quick() {
        return Transcript.all().stream()
                .filter(Transcript::isQuick)
                .filter(transcript -> Target.current() == Target.DRAGON || transcript.hasOracle())
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("quick")
    void repliesDoNotDependOnHowRequestsArrive(Transcript transcript) {
        try (RespConnection other = subject.connect()) {
            for (int boundary = 1; boundary < transcript.longestRequest(); boundary++) {
                int at = boundary;
                transcript.run(subject.server(), (connection, request) -> sendSplit(connection, request, at, other));
            }
        }
    }

    /** The server has read the first part before the second leaves: it has answered another connection in between. */
    private static void sendSplit(RespConnection connection, byte[] request, int at, RespConnection other) {
        if (at >= request.length) {
            connection.writeRaw(request);
            return;
        }
        connection.writeRaw(Arrays.copyOf(request, at));
        assertThat(other.send("PING").text()).isEqualTo("PONG");
        connection.writeRaw(Arrays.copyOfRange(request, at, request.length));
    }
}
