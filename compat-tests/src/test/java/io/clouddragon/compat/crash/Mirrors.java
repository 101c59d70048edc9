package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.RespValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A hash, a sorted set and a set with the same members, changed by one transaction each time and at times large enough to have
 * bodies: all three are as before the transaction, or as after it.
 */
final class Mirrors extends Workload {
    private static final int MEMBERS = 900;
    private static final int MOST_ADDED = 60;
    private static final int MOST_REMOVED = 40;
    private static final int HIGHEST_SCORE = 50;

    private final String hash;
    private final String scores;
    private final String set;
    /** Scores by member: what was acknowledged, and what it would be if the transaction under way had been executed. */
    private Map<String, Long> acknowledged = new TreeMap<>();

    private Map<String, Long> attempted = acknowledged;

    Mirrors(Ledger ledger, int client) {
        super(ledger, client);
        hash = "mirror:" + client + ":hash";
        scores = "mirror:" + client + ":scores";
        set = "mirror:" + client + ":set";
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        Map<String, Long> next = new TreeMap<>(acknowledged);
        List<String> commands = switch (random.nextInt(6)) {
            case 0, 1 -> add(next, random, 1 + random.nextInt(MOST_ADDED));
            case 2 -> removeAny(next, random, 1 + random.nextInt(MOST_REMOVED));
            case 3 -> removeLowest(next, 1 + random.nextInt(MOST_REMOVED));
            default -> increment(next, random);
        };
        if (next.equals(acknowledged)) {
            return;
        }
        commands.add(0, "MULTI");
        commands.add("EXEC");
        attempted = next;
        List<RespValue> replies = doors.resp().pipeline(commands);
        RespValue executed = replies.get(replies.size() - 1);
        boolean isWhole = executed.isAggregate() && executed.items().stream().noneMatch(RespValue::isError);
        ledger.expect(isWhole, "EXEC of %s: %s", commands, executed);
        acknowledged = attempted;
        ledger.acknowledged();
    }

    private List<String> add(Map<String, Long> members, SplittableRandom random, int count) {
        StringBuilder pairs = new StringBuilder();
        StringBuilder reversed = new StringBuilder();
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String member = anyMember(random);
            long score = random.nextInt(HIGHEST_SCORE);
            members.put(member, score);
            pairs.append(' ').append(member).append(' ').append(score);
            reversed.append(' ').append(score).append(' ').append(member);
            names.append(' ').append(member);
        }
        return commands("HSET " + hash + pairs, "ZADD " + scores + reversed, "SADD " + set + names);
    }

    private List<String> removeAny(Map<String, Long> members, SplittableRandom random, int count) {
        List<String> any = Stream.generate(() -> anyMember(random)).limit(count).toList();
        return remove(members, any, "ZREM " + scores + " " + String.join(" ", any));
    }

    private List<String> removeLowest(Map<String, Long> members, int count) {
        // By member where scores are equal: the map is sorted so, and the sort is stable.
        List<String> lowest = members.entrySet().stream()
                .sorted(Comparator.comparingLong(Map.Entry::getValue))
                .limit(count)
                .map(Map.Entry::getKey)
                .toList();
        return remove(members, lowest, "ZREMRANGEBYRANK " + scores + " 0 " + (count - 1));
    }

    private List<String> remove(Map<String, Long> members, List<String> leaving, String fromScores) {
        leaving.forEach(members::remove);
        String names = String.join(" ", leaving);
        return commands("HDEL " + hash + " " + names, fromScores, "SREM " + set + " " + names);
    }

    private List<String> increment(Map<String, Long> members, SplittableRandom random) {
        String member = anyMember(random);
        members.merge(member, 1L, Long::sum);
        return commands(
                "HINCRBY " + hash + " " + member + " 1",
                "ZINCRBY " + scores + " 1 " + member,
                "SADD " + set + " " + member);
    }

    private static List<String> commands(String... lines) {
        return new ArrayList<>(List.of(lines));
    }

    private static String anyMember(SplittableRandom random) {
        return String.format("m%03d", random.nextInt(MEMBERS));
    }

    @Override
    void check(Doors doors) {
        Map<String, Long> inHash = pairs(doors.send(ledger, "HGETALL " + hash));
        Map<String, Long> inScores = pairs(doors.send(ledger, "ZRANGE " + scores + " 0 -1 WITHSCORES"));
        Set<String> inSet = new TreeSet<>();
        doors.send(ledger, "SMEMBERS " + set).items().forEach(member -> inSet.add(member.text()));
        ledger.verify(
                inHash.equals(acknowledged) || inHash.equals(attempted),
                "%s is %s, acknowledged %s, attempted %s",
                hash,
                inHash,
                acknowledged,
                attempted);
        ledger.verify(inScores.equals(inHash), "half a transaction: %s is %s, %s %s", hash, inHash, scores, inScores);
        ledger.verify(inSet.equals(inHash.keySet()), "half a transaction: %s is %s, %s %s", hash, inHash, set, inSet);
        acknowledged = inHash;
        attempted = inHash;
    }

    private static Map<String, Long> pairs(RespValue flat) {
        Map<String, Long> found = new TreeMap<>();
        for (int i = 0; i < flat.items().size(); i += 2) {
            found.put(flat.item(i).text(), Long.parseLong(flat.item(i + 1).text()));
        }
        return found;
    }
}
