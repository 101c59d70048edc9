package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.RespValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/** SET of a new key each time, in pipelines of up to 16: every one acknowledged is there, with its value. */
final class UniqueSets extends Workload {
    private static final int MAX_PIPELINE = 16;
    private static final int CHECKED_AT_ONCE = 500;

    private int sent;
    /** Keys below are settled: they were acknowledged, or an earlier check found them missing and they are in {@link #never}. */
    private int checked;

    private int acknowledged;
    private final Set<Integer> never = new HashSet<>();

    UniqueSets(Ledger ledger, int client) {
        super(ledger, client);
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        List<String> lines = new ArrayList<>();
        for (int n = 1 + random.nextInt(MAX_PIPELINE); n > 0; n--) {
            lines.add("SET " + key(sent) + " " + value(sent));
            sent++;
        }
        for (String line : lines) {
            doors.resp().write(line);
        }
        for (String line : lines) {
            RespValue reply = doors.resp().read();
            ledger.expect(reply.text().equals("OK"), "%s: %s", line, reply);
            acknowledged++;
            ledger.acknowledged();
        }
    }

    @Override
    void check(Doors doors) {
        compare(doors, checked);
        checked = sent;
        acknowledged = sent;
    }

    @Override
    void checkAll(Doors doors) {
        compare(doors, 0);
    }

    private void compare(Doors doors, int from) {
        for (int start = from; start < sent; start += CHECKED_AT_ONCE) {
            int end = Math.min(sent, start + CHECKED_AT_ONCE);
            List<String> lines = new ArrayList<>();
            for (int i = start; i < end; i++) {
                lines.add("GET " + key(i));
            }
            List<RespValue> replies = doors.resp().pipeline(lines);
            for (int i = start; i < end; i++) {
                compare(i, replies.get(i - start));
            }
        }
    }

    private void compare(int i, RespValue reply) {
        String found = text(reply);
        if (i < checked) {
            String expected = never.contains(i) ? null : value(i);
            ledger.verify(Objects.equals(found, expected), "%s was %s, later %s", key(i), expected, found);
        } else if (i < acknowledged) {
            ledger.verify(value(i).equals(found), "%s was acknowledged, found %s", key(i), found);
        } else {
            ledger.expect(found == null || found.equals(value(i)), "%s under way, found %s", key(i), found);
            if (found == null) {
                never.add(i);
            }
        }
    }

    private String key(int i) {
        return "set:" + client + ":" + i;
    }

    private String value(int i) {
        return "value-" + client + "-" + i;
    }
}
