package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Errors;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;

/**
 * Random elements, as HRANDFIELD, SRANDMEMBER and ZRANDMEMBER give them: a positive count asks for so many different ones, at
 * most all there are; a negative one for so many draws from all of them.
 */
final class RandomPicks {
    /** No reply to a negative count is longer: Redis would go on until its memory is full. */
    private static final long MOST_DRAWS = 1 << 26;

    private RandomPicks() {}

    /** Reads word {@code i} as a count, see {@link Call#integer}. */
    static boolean readCount(Call call, int i) {
        if (!call.integer(i)) {
            return false;
        }
        if (call.number() == Long.MIN_VALUE) {
            // It has no positive counterpart.
            call.error(Errors.OUT_OF_RANGE + ", value must between -9223372036854775807 and 9223372036854775807");
            return false;
        }
        return true;
    }

    /** Answers the name of one element of the key at word 1, or null for a key that does not exist. */
    static void replyOne(Call call, Kind.Type type) {
        switch (call.value(1, type)) {
            case VALUE -> {
                KeyedView elements = call.keyed();
                elements.random(call.tx().random());
                call.replyBytes(elements.name(call.value()));
            }
            case NOTHING -> call.reply().nullBulk();
            case WRONG_TYPE -> {}
        }
    }

    /**
     * Answers elements of the key at word 1.
     *
     * @param pair writes an element's name and what belongs to it, of which RESP3 makes an array; null for names alone
     */
    static void reply(Call call, Kind.Type type, long count, ElementReply pair) {
        switch (call.value(1, type)) {
            case VALUE -> reply(call, call.keyed(), count, pair);
            case NOTHING -> call.reply().array(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void reply(Call call, KeyedView elements, long count, ElementReply pair) {
        if (count < -MOST_DRAWS) {
            call.error(Errors.OUT_OF_RANGE);
            return;
        }
        boolean nested = pair != null && call.reply().protocol() == 3;
        int picks = (int) (count < 0 ? -count : Math.min(count, elements.size()));
        call.reply().array(pair == null || nested ? picks : 2 * picks);
        if (count < 0) {
            for (int i = 0; i < picks; i++) {
                elements.random(call.tx().random());
                reply(call, elements, pair, nested);
            }
        } else {
            elements.sample(picks, call.tx()::random, element -> reply(call, element, pair, nested));
        }
    }

    private static void reply(Call call, KeyedView element, ElementReply pair, boolean nested) {
        if (pair == null) {
            call.replyBytes(element.name(call.value()));
            return;
        }
        if (nested) {
            call.reply().array(2);
        }
        pair.write(call, element);
    }
}
