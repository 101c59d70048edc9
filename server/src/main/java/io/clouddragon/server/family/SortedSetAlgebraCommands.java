package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeySpec;
import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.Element;
import io.clouddragon.storage.collection.KeyedBody;
import io.clouddragon.storage.collection.KeyedCursor;
import io.clouddragon.storage.collection.Undo;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Several sorted sets together: union, intersection, difference. Sets take part as if each member had the score 1. Scores are
 * added in Redis' order, from the smallest set to the largest, because sums of floating-point numbers depend on it.
 */
final class SortedSetAlgebraCommands {
    private static final Set<KeyFlag> READ = EnumSet.of(KeyFlag.RO, KeyFlag.ACCESS);
    private static final Set<KeyFlag> STORE = EnumSet.of(KeyFlag.OW, KeyFlag.UPDATE);
    private static final String UNION_COMPLEXITY =
            "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of"
                    + " elements in the resulting sorted set.";
    private static final String INTER_COMPLEXITY =
            "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted"
                    + " sets and M being the number of elements in the resulting sorted set.";
    private static final String DIFF_COMPLEXITY =
            "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the"
                    + " first set, and K is the size of the result set.";

    /** What is made of the sets. */
    private enum Operation {
        UNION("zunionstore"),
        INTER("zinterstore"),
        DIFF("zdiffstore");

        private final String event;

        Operation(String event) {
            this.event = event;
        }
    }

    /** What becomes of the scores of a member that several sets have. */
    private enum Aggregate {
        SUM,
        MIN,
        MAX;

        double of(double a, double b) {
            return switch (this) {
                // The sum of both infinities counts as 0.
                case SUM -> zeroIfNaN(a + b);
                // Not a number, b is neither.
                case MIN -> b < a ? b : a;
                case MAX -> b > a ? b : a;
            };
        }
    }

    private SortedSetAlgebraCommands() {}

    private static double zeroIfNaN(double score) {
        return Double.isNaN(score) ? 0 : score;
    }

    // ---- declarations

    static void declare(CommandTable table) {
        declare(table, "ZUNION", Operation.UNION, UNION_COMPLEXITY, weightsAndAggregate())
                .summary("Add multiple sorted sets");
        declare(table, "ZINTER", Operation.INTER, INTER_COMPLEXITY, weightsAndAggregate())
                .summary("Intersect multiple sorted sets");
        declare(table, "ZDIFF", Operation.DIFF, DIFF_COMPLEXITY).summary("Subtract multiple sorted sets");
        declareStore(table, "ZUNIONSTORE", Operation.UNION, UNION_COMPLEXITY, weightsAndAggregate())
                .summary("Add multiple sorted sets and store the resulting sorted set in a new key")
                .since("2.0.0");
        declareStore(table, "ZINTERSTORE", Operation.INTER, INTER_COMPLEXITY, weightsAndAggregate())
                .summary("Intersect multiple sorted sets and store the resulting sorted set in a new key")
                .since("2.0.0");
        declareStore(table, "ZDIFFSTORE", Operation.DIFF, DIFF_COMPLEXITY)
                .summary("Subtract multiple sorted sets and store the resulting sorted set in a new key");
        SortedSetCommands.declare(table, "ZINTERCARD", SortedSetAlgebraCommands::zintercard)
                .summary("Intersect multiple sorted sets and return the cardinality of the result")
                .since("7.0.0")
                .complexity("O(N*K) worst case with N being the smallest input sorted set, K being the number of input"
                        + " sorted sets.")
                .flags(Flag.READONLY)
                .args(sources())
                .args(integer("limit").after("LIMIT").maybe())
                .keys(new KeySpec(READ, 1, 0, 1, true));
    }

    private static Argument[] sources() {
        return new Argument[] {
            integer("numkeys"), key("key", KeyFlag.RO, KeyFlag.ACCESS).many()
        };
    }

    private static Argument[] weightsAndAggregate() {
        return new Argument[] {
            integer("weight").after("WEIGHTS").maybe().many(),
            oneOf("aggregate", word("SUM"), word("MIN"), word("MAX"))
                    .after("AGGREGATE")
                    .maybe()
        };
    }

    private static Command declare(
            CommandTable table, String name, Operation operation, String complexity, Argument... options) {
        return SortedSetCommands.declare(table, name, call -> combine(call, operation))
                .since("6.2.0")
                .complexity(complexity)
                .flags(Flag.READONLY)
                .args(sources())
                .args(options)
                .args(word("WITHSCORES").maybe())
                .keys(new KeySpec(READ, 1, 0, 1, true));
    }

    private static Command declareStore(
            CommandTable table, String name, Operation operation, String complexity, Argument... options) {
        return SortedSetCommands.declare(table, name, call -> store(call, operation))
                .since("6.2.0")
                .complexity(complexity)
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(key("destination", KeyFlag.OW, KeyFlag.UPDATE))
                .args(sources())
                .args(options)
                .keys(new KeySpec(STORE, 1, 0, 1, false), new KeySpec(READ, 2, 0, 1, true));
    }

    // ---- reading the words

    /** A set that takes part. */
    private static final class Source {
        private final Entry entry = new Entry();
        private final KeyedView members = new KeyedView();
        private boolean scored;
        private double weight = 1;

        /** False for a key that holds another type. */
        boolean open(Call call, Bytes key) {
            if (!call.tx().get(call.db(), key, entry)) {
                members.openEmpty();
                return true;
            }
            scored = entry.type() == Kind.Type.SORTED_SET;
            if (!scored && entry.type() != Kind.Type.SET) {
                return false;
            }
            members.open(entry);
            return true;
        }

        /** Of the chosen member. */
        double score() {
            return zeroIfNaN(product());
        }

        /** As {@link #score}; but 0 times infinity is not a number. */
        double product() {
            return weight * plainScore();
        }

        double plainScore() {
            return scored ? members.score() : 1;
        }
    }

    /** Which words may follow the keys. */
    private enum Form {
        REPLY,
        STORE,
        CARDINALITY
    }

    /** The words of a command. */
    private static final class Words {
        private final Call call;
        private Source[] sources;
        private Aggregate aggregate = Aggregate.SUM;
        private boolean withScores;
        private long limit;

        Words(Call call) {
            this.call = call;
        }

        /** Reads from the number of keys on; false when they are wrong: the error has been written. */
        boolean read(Operation operation, Form form) {
            int numkeys = form == Form.STORE ? 2 : 1;
            if (!call.integer(numkeys)) {
                return false;
            }
            if (call.number() < 1) {
                call.error("ERR at least 1 input key is needed for '"
                        + call.command().fullName() + "' command");
                return false;
            }
            if (call.number() > call.count() - numkeys - 1) {
                call.syntaxError();
                return false;
            }
            return open(numkeys + 1, (int) call.number()) && readOptions(numkeys + 1 + sources.length, operation, form);
        }

        private boolean open(int firstKey, int count) {
            sources = new Source[count];
            for (int i = 0; i < count; i++) {
                sources[i] = new Source();
                if (!sources[i].open(call, call.arg(firstKey + i))) {
                    call.error(Errors.WRONG_TYPE);
                    return false;
                }
            }
            return true;
        }

        private boolean readOptions(int first, Operation operation, Form form) {
            int i = first;
            while (i < call.count()) {
                boolean weighs = operation != Operation.DIFF && form != Form.CARDINALITY;
                boolean hasValue = i + 1 < call.count();
                if (weighs && i + sources.length < call.count() && call.isWord(i, "WEIGHTS")) {
                    if (!readWeights(i + 1)) {
                        return false;
                    }
                    i += sources.length + 1;
                } else if (weighs && hasValue && call.isWord(i, "AGGREGATE")) {
                    if (!readAggregate(i + 1)) {
                        return false;
                    }
                    i += 2;
                } else if (form == Form.REPLY && call.isWord(i, "WITHSCORES")) {
                    withScores = true;
                    i++;
                } else if (form == Form.CARDINALITY && hasValue && call.isWord(i, "LIMIT")) {
                    if (!call.integer(i + 1, 0, "ERR LIMIT can't be negative")) {
                        return false;
                    }
                    limit = call.number();
                    i += 2;
                } else {
                    call.syntaxError();
                    return false;
                }
            }
            return true;
        }

        private boolean readWeights(int first) {
            for (int i = 0; i < sources.length; i++) {
                Bytes word = call.arg(first + i);
                sources[i].weight = RedisDoubles.parse(word.array(), word.offset(), word.length());
                if (Double.isNaN(sources[i].weight)) {
                    call.error("ERR weight value is not a float");
                    return false;
                }
            }
            return true;
        }

        private boolean readAggregate(int i) {
            for (Aggregate each : Aggregate.values()) {
                if (call.isWord(i, each.name())) {
                    aggregate = each;
                    return true;
                }
            }
            call.syntaxError();
            return false;
        }

        Source[] smallestFirst() {
            Source[] sorted = sources.clone();
            Arrays.sort(sorted, Comparator.comparingLong(source -> source.members.size()));
            return sorted;
        }
    }

    // ---- executing

    private static void combine(Call call, Operation operation) {
        Words words = new Words(call);
        if (!words.read(operation, Form.REPLY)) {
            return;
        }
        Result result = result(call, words, operation);
        boolean nested = words.withScores && call.reply().protocol() == 3;
        int size = (int) result.members.size();
        call.reply().array(words.withScores && !nested ? 2 * size : size);
        KeyedView view = new KeyedView();
        result.forEach(element -> {
            view.choose(element);
            if (nested) {
                call.reply().array(2);
            }
            if (words.withScores) {
                SortedSetCommands.replyPair(call, view);
            } else {
                call.replyBytes(view.name(call.value()));
            }
        });
    }

    private static void store(Call call, Operation operation) {
        Words words = new Words(call);
        if (words.read(operation, Form.STORE)) {
            SortedSetRangeCommands.store(call, result(call, words, operation).members, operation.event);
        }
    }

    private static void zintercard(Call call) {
        Words words = new Words(call);
        if (!words.read(Operation.INTER, Form.CARDINALITY)) {
            return;
        }
        Source[] sources = words.smallestFirst();
        long count = 0;
        Bytes name = new Bytes();
        while ((words.limit == 0 || count < words.limit) && sources[0].members.next()) {
            sources[0].members.name(name);
            count += isInAll(sources, name) ? 1 : 0;
        }
        call.reply().integer(count);
    }

    /** Whether all sets but the first have it: it is then chosen in them. */
    private static boolean isInAll(Source[] sources, Bytes name) {
        for (int i = 1; i < sources.length; i++) {
            if (!sources[i].members.find(name)) {
                return false;
            }
        }
        return true;
    }

    /** The members of the answer with their scores, in order. */
    private static final class Result {
        private final KeyedBody members;
        private final ByteSink encoded = new ByteSink(64);
        private final Bytes element = new Bytes();

        Result(Call call) {
            members = call.tx().keyed().gather(call.db(), Kind.SORTED_SET);
        }

        void put(Bytes name, double score) {
            members.put(Element.encode(encoded, name, score + 0.0, element).copy(), Undo.NONE);
        }

        void forEach(Consumer<byte[]> visitor) {
            KeyedCursor cursor = new KeyedCursor();
            cursor.rewind(members);
            for (byte[] next = cursor.next(); next != null; next = cursor.next()) {
                visitor.accept(next);
            }
        }
    }

    private static Result result(Call call, Words words, Operation operation) {
        Result result = new Result(call);
        switch (operation) {
            case UNION -> union(words, result);
            case INTER -> intersection(words, result);
            case DIFF -> difference(words, result);
        }
        return result;
    }

    private static void union(Words words, Result result) {
        Bytes name = new Bytes();
        for (Source source : words.smallestFirst()) {
            while (source.members.next()) {
                source.members.name(name);
                byte[] known = result.members.find(name);
                double score = source.score();
                result.put(name, known == null ? score : words.aggregate.of(Element.score(known, known.length), score));
            }
        }
    }

    private static void intersection(Words words, Result result) {
        Source[] sources = words.smallestFirst();
        Bytes name = new Bytes();
        while (sources[0].members.next()) {
            sources[0].members.name(name);
            if (isInAll(sources, name)) {
                double score = sources[0].score();
                for (int i = 1; i < sources.length; i++) {
                    // In Redis it is the sum that becomes 0 then, not the summand.
                    score = words.aggregate.of(score, sources[i].product());
                }
                result.put(name, score);
            }
        }
    }

    private static void difference(Words words, Result result) {
        Source[] sources = words.sources;
        Bytes name = new Bytes();
        while (sources[0].members.next()) {
            sources[0].members.name(name);
            boolean isElsewhere = false;
            for (int i = 1; i < sources.length && !isElsewhere; i++) {
                isElsewhere = sources[i].members.find(name);
            }
            if (!isElsewhere) {
                result.put(name, sources[0].plainScore());
            }
        }
    }
}
