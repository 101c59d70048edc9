package io.clouddragon.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

class BriefLookTest {
    private static final int WAITS = 10_000;

    private final BriefLook look = new BriefLook();
    private int ready;
    private int asked;

    @Test
    void whatIsReadyIsFoundWithoutSleep() throws Exception {
        ready = 3;
        assertThat(waitOnce(false)).isEqualTo(3);
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void withTasksItAsksOnceAndNeverSleeps() throws Exception {
        assertThat(waitOnce(true)).isZero();
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void whatComesDuringTheLookIsFound() throws Exception {
        int found = SelectStrategy.SELECT;
        // A look lasts for microseconds: one that the machine interrupts sees nothing.
        for (int i = 0; i < WAITS && found != 1; i++) {
            asked = 0;
            found = look.calculateStrategy(() -> ++asked < 3 ? 0 : 1, false);
        }
        assertThat(found).isEqualTo(1);
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void vainLooksBecomeRareAndOneThatFindsSomethingEndsThat() throws Exception {
        int looks = 0;
        for (int i = 0; i < WAITS; i++) {
            looks += looksInVain() ? 1 : 0;
        }
        assertThat(looks).isBetween(WAITS / (BriefLook.MAX_SKIPPED + 1), WAITS / BriefLook.MAX_SKIPPED + 10);
        ready = 1;
        for (int i = 0; i <= BriefLook.MAX_SKIPPED; i++) {
            waitOnce(false);
        }
        ready = 0;
        assertThat(looksInVain()).isTrue();
        assertThat(looksInVain()).isTrue();
        assertThat(looksInVain()).isFalse();
    }

    private boolean looksInVain() throws Exception {
        asked = 0;
        assertThat(waitOnce(false)).isEqualTo(SelectStrategy.SELECT);
        return asked > 0;
    }

    private int waitOnce(boolean hasTasks) throws Exception {
        return look.calculateStrategy(
                () -> {
                    asked++;
                    return ready;
                },
                hasTasks);
    }
}
