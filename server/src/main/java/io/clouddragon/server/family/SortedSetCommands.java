package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.number;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.pattern;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Handler;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;

/**
 * Sorted sets, member by member: scores are set, changed and told. Ranges are {@link SortedSetRangeCommands}, taking from the
 * ends {@link SortedSetPopCommands}, several sets together {@link SortedSetAlgebraCommands}.
 *
 * <p>A score of -0 is kept as 0, as Redis does in its compact encoding; a score that does not change is no change of the key.
 */
public final class SortedSetCommands {
    private SortedSetCommands() {}

    public static void declare(CommandTable table) {
        declareWrites(table);
        declareReads(table);
        declareWalks(table);
    }

    /** What all commands of the family have in common. */
    static Command declare(CommandTable table, String name, Handler handler) {
        return table.command(name, handler).group(Group.SORTED_SET).since("1.2.0");
    }

    private static void declareWrites(CommandTable table) {
        declare(table, "ZADD", call -> zadd(call, false))
                .summary("Add one or more members to a sorted set, or update its score if it already exists")
                .complexity("O(log(N)) for each item added, where N is the number of elements in the sorted set.")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.UPDATE),
                        oneOf("condition", word("NX"), word("XX"))
                                .since("3.0.2")
                                .maybe(),
                        oneOf("comparison", word("GT"), word("LT"))
                                .since("6.2.0")
                                .maybe(),
                        word("change", "CH").since("3.0.2").maybe(),
                        word("increment", "INCR").since("3.0.2").maybe(),
                        block("score_member", number("score"), string("member")).many());
        declare(table, "ZINCRBY", call -> zadd(call, true))
                .summary("Increment the score of a member in a sorted set")
                .complexity("O(log(N)) where N is the number of elements in the sorted set.")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE), integer("increment"), string("member"));
        declare(table, "ZREM", SortedSetCommands::zrem)
                .summary("Remove one or more members from a sorted set")
                .complexity("O(M*log(N)) with N being the number of elements in the sorted set and M the number of"
                        + " elements to be removed.")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.DELETE), string("member").many());
    }

    private static void declareReads(CommandTable table) {
        declare(table, "ZSCORE", SortedSetCommands::zscore)
                .summary("Get the score associated with the given member in a sorted set")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), string("member"));
        declare(table, "ZMSCORE", SortedSetCommands::zmscore)
                .summary("Get the score associated with the given members in a sorted set")
                .since("6.2.0")
                .complexity("O(N) where N is the number of members being requested.")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), string("member").many());
        declare(table, "ZCARD", SortedSetCommands::zcard)
                .summary("Get the number of members in a sorted set")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO));
        declareRank(table, "ZRANK", false, "Determine the index of a member in a sorted set");
        declareRank(
                table,
                "ZREVRANK",
                true,
                "Determine the index of a member in a sorted set, with scores ordered from high to low");
    }

    /** WITHSCORE is of Redis 7.2. */
    private static void declareRank(CommandTable table, String name, boolean reverse, String summary) {
        declare(table, name, call -> zrank(call, reverse))
                .summary(summary)
                .since("2.0.0")
                .complexity("O(log(N))")
                .flags(Flag.READONLY, Flag.FAST)
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        string("member"),
                        word("WITHSCORE").since("7.2.0").maybe());
    }

    private static void declareWalks(CommandTable table) {
        declare(table, "ZRANDMEMBER", SortedSetCommands::zrandmember)
                .summary("Get one or multiple random elements from a sorted set")
                .since("6.2.0")
                .complexity("O(N) where N is the number of elements returned")
                .flags(Flag.READONLY)
                .tips("nondeterministic_output")
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        block("options", integer("count"), word("WITHSCORES").maybe())
                                .maybe());
        declare(table, "ZSCAN", SortedSetCommands::zscan)
                .summary("Incrementally iterate sorted sets elements and associated scores")
                .since("2.8.0")
                .complexity(
                        "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to"
                                + " return back to 0. N is the number of elements inside the collection..")
                .flags(Flag.READONLY)
                .tips("nondeterministic_output")
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        integer("cursor"),
                        pattern("pattern").after("MATCH").maybe(),
                        integer("count").after("COUNT").maybe());
    }

    // ---- setting scores

    /** The words of ZADD before the scores: which members are set, and what is answered. */
    private static final class AddOptions {
        private boolean nx;
        private boolean xx;
        private boolean gt;
        private boolean lt;
        private boolean countsChanged;
        private boolean increments;

        /** Reads words from the third on; returns where the scores begin. */
        int read(Call call) {
            int i = 2;
            while (i < call.count() && readWord(call, i)) {
                i++;
            }
            return i;
        }

        private boolean readWord(Call call, int i) {
            if (call.isWord(i, "NX")) {
                nx = true;
            } else if (call.isWord(i, "XX")) {
                xx = true;
            } else if (call.isWord(i, "CH")) {
                countsChanged = true;
            } else if (call.isWord(i, "INCR")) {
                increments = true;
            } else if (call.isWord(i, "GT")) {
                gt = true;
            } else if (call.isWord(i, "LT")) {
                lt = true;
            } else {
                return false;
            }
            return true;
        }

        /** What is wrong with them; null when nothing is. */
        String contradiction(int pairs) {
            if (nx && xx) {
                return "ERR XX and NX options at the same time are not compatible";
            }
            if (gt && nx || lt && nx || gt && lt) {
                return "ERR GT, LT, and/or NX options at the same time are not compatible";
            }
            return increments && pairs > 1 ? "ERR INCR option supports a single increment-element pair" : null;
        }

        /** Whether a member that has {@code old} may get {@code score}. */
        boolean allowsChange(double old, double score) {
            return !nx && !(lt && score >= old) && !(gt && score <= old);
        }
    }

    /** @param increments the command's name says INCR */
    private static void zadd(Call call, boolean increments) {
        AddOptions options = new AddOptions();
        options.increments = increments;
        int first = options.read(call);
        int words = call.count() - first;
        if (words == 0 || words % 2 != 0) {
            call.syntaxError();
            return;
        }
        String contradiction = options.contradiction(words / 2);
        if (contradiction != null) {
            call.error(contradiction);
        } else {
            zadd(call, options, first);
        }
    }

    private static void zadd(Call call, AddOptions options, int first) {
        double[] scores = new double[(call.count() - first) / 2];
        for (int i = 0; i < scores.length; i++) {
            Bytes word = call.arg(first + 2 * i);
            scores[i] = RedisDoubles.parse(word.array(), word.offset(), word.length());
            if (Double.isNaN(scores[i])) {
                call.error(Errors.NOT_A_FLOAT);
                return;
            }
        }
        if (call.valueToChange(1, Kind.Type.SORTED_SET) == Call.Found.WRONG_TYPE) {
            return;
        }
        if (options.increments) {
            increment(call, options, call.arg(first + 1), scores[0]);
            return;
        }
        int added = 0;
        int updated = 0;
        for (int i = 0; i < scores.length; i++) {
            Bytes member = call.arg(first + 2 * i + 1);
            KeyedView existing = find(call, member);
            if (existing == null) {
                if (!options.xx) {
                    put(call, member, scores[i]);
                    added++;
                }
            } else if (existing.score() != scores[i] && options.allowsChange(existing.score(), scores[i])) {
                put(call, member, scores[i]);
                updated++;
            }
        }
        if (added + updated > 0) {
            call.notify(KeyspaceEvent.SORTED_SET, "zadd", call.arg(1));
        }
        call.reply().integer(options.countsChanged ? added + updated : added);
    }

    /** Answers with the new score; with null where an option forbids it. */
    private static void increment(Call call, AddOptions options, Bytes member, double increment) {
        KeyedView existing = find(call, member);
        boolean exists = existing != null;
        double old = exists ? existing.score() : 0;
        double score = exists ? old + increment : increment;
        if (exists && options.nx || !exists && options.xx) {
            call.reply().nullBulk();
        } else if (Double.isNaN(score)) {
            call.error("ERR resulting score is not a number (NaN)");
        } else if (exists && !options.allowsChange(old, score)) {
            call.reply().nullBulk();
        } else {
            if (!exists || score != old) {
                put(call, member, score);
                call.notify(KeyspaceEvent.SORTED_SET, "zincr", call.arg(1));
            }
            call.reply().doubleValue(score);
        }
    }

    /** The sorted set at word 1 with the member chosen; null when it is not in it, or there is none. */
    private static KeyedView find(Call call, Bytes member) {
        if (!call.tx().peek(call.db(), call.arg(1), call.entry())) {
            return null;
        }
        KeyedView members = call.keyed();
        return members.find(member) ? members : null;
    }

    private static void put(Call call, Bytes member, double score) {
        call.tx().keyed().putScore(call.db(), call.arg(1), member, score + 0.0);
    }

    private static void zrem(Call call) {
        switch (call.valueToChange(1, Kind.Type.SORTED_SET)) {
            case VALUE -> call.reply().integer(removeAll(call));
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static int removeAll(Call call) {
        int removed = 0;
        for (int i = 2; i < call.count(); i++) {
            removed += call.tx().keyed().remove(call.db(), call.arg(1), call.arg(i)) ? 1 : 0;
        }
        if (removed > 0) {
            call.notify(KeyspaceEvent.SORTED_SET, "zrem", call.arg(1));
            notifyIfGone(call);
        }
        return removed;
    }

    /** The last member takes its key with it. */
    static void notifyIfGone(Call call) {
        if (!call.tx().exists(call.db(), call.arg(1))) {
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(1));
        }
    }

    // ---- telling scores

    private static void zscore(Call call) {
        switch (call.value(1, Kind.Type.SORTED_SET)) {
            case VALUE -> replyScore(call, call.keyed(), call.arg(2));
            case NOTHING -> call.reply().nullBulk();
            case WRONG_TYPE -> {}
        }
    }

    private static void replyScore(Call call, KeyedView members, Bytes member) {
        if (members.find(member)) {
            call.reply().doubleValue(members.score());
        } else {
            call.reply().nullBulk();
        }
    }

    private static void zmscore(Call call) {
        Call.Found found = call.value(1, Kind.Type.SORTED_SET);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        call.reply().array(call.count() - 2);
        KeyedView members = found == Call.Found.VALUE ? call.keyed() : new KeyedView().openEmpty();
        for (int i = 2; i < call.count(); i++) {
            replyScore(call, members, call.arg(i));
        }
    }

    private static void zcard(Call call) {
        switch (call.value(1, Kind.Type.SORTED_SET)) {
            case VALUE -> call.reply().integer(call.entry().elements());
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void zrank(Call call, boolean reverse) {
        boolean withScore = call.count() == 4 && call.isWord(3, "WITHSCORE");
        if (call.count() > 3 && !withScore) {
            call.syntaxError();
            return;
        }
        Call.Found found = call.value(1, Kind.Type.SORTED_SET);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        KeyedView members = found == Call.Found.VALUE ? find(call, call.arg(2)) : null;
        if (members == null) {
            if (withScore) {
                call.reply().nullArray();
            } else {
                call.reply().nullBulk();
            }
            return;
        }
        long rank = members.rank();
        if (withScore) {
            call.reply().array(2);
        }
        call.reply().integer(reverse ? members.size() - 1 - rank : rank);
        if (withScore) {
            call.reply().doubleValue(members.score());
        }
    }

    // ---- walks

    private static void zrandmember(Call call) {
        if (call.count() == 2) {
            RandomPicks.replyOne(call, Kind.Type.SORTED_SET);
            return;
        }
        if (!RandomPicks.readCount(call, 2)) {
            return;
        }
        long count = call.number();
        boolean withScores = call.count() == 4 && call.isWord(3, "WITHSCORES");
        if (call.count() > 4 || call.count() == 4 && !withScores) {
            call.syntaxError();
        } else if (withScores && Math.abs(count) > Long.MAX_VALUE / 2) {
            call.error(Errors.OUT_OF_RANGE);
        } else {
            RandomPicks.reply(call, Kind.Type.SORTED_SET, count, withScores ? SortedSetCommands::replyPair : null);
        }
    }

    /** A member and its score. */
    static void replyPair(Call call, KeyedView member) {
        call.replyBytes(member.name(call.value()));
        call.reply().doubleValue(member.score());
    }

    private static void zscan(Call call) {
        ElementScan.run(call, Kind.Type.SORTED_SET, 2, (reply, member) -> {
            reply.replyBytes(member.name(reply.value()));
            // A text in RESP3 too.
            reply.reply().bulk(RedisDoubles.format(member.score()));
        });
    }
}
