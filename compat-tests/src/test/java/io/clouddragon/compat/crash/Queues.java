package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.RespValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A list that grows at its end and shrinks at its begin, large enough to have a body: it holds a row of numbers without a
 * gap, from the first that was not taken to the last that was added. What was under way may have happened, whole.
 */
final class Queues extends Workload {
    private static final int MOST_PUSHED = 40;
    private static final int MOST_POPPED = 30;

    private final String key;
    private final String done;
    /** Numbers in the list: {@code first} included, {@code end} not. What was acknowledged... */
    private long first;

    private long end;
    /** ...and what it would be if the request under way had been executed. */
    private long attemptedFirst;

    private long attemptedEnd;

    Queues(Ledger ledger, int client) {
        super(ledger, client);
        key = "queue:" + client;
        done = "queue:" + client + ":last";
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        switch (random.nextInt(4)) {
            case 0, 1 -> push(doors, 1 + random.nextInt(MOST_PUSHED));
            case 2 -> pop(doors, 1 + random.nextInt(MOST_POPPED));
            default -> move(doors);
        }
        first = attemptedFirst;
        end = attemptedEnd;
        ledger.acknowledged();
    }

    private void push(Doors doors, int count) {
        attemptedEnd = end + count;
        StringBuilder command = new StringBuilder("RPUSH ").append(key);
        for (long i = end; i < attemptedEnd; i++) {
            command.append(' ').append(i);
        }
        long size = number(doors.send(ledger, command.toString()));
        ledger.expect(size == attemptedEnd - first, "%s has %d elements, not %d to %d", key, size, first, attemptedEnd);
    }

    private void pop(Doors doors, int count) {
        attemptedFirst = Math.min(first + count, end);
        RespValue popped = doors.send(ledger, "LPOP " + key + " " + count);
        long found = popped.isNull() ? 0 : popped.items().size();
        ledger.expect(found == attemptedFirst - first, "%s: %d popped of %d to %d", key, found, first, end);
    }

    /** From the list into another, which keeps the last one only: both or neither. */
    private void move(Doors doors) {
        attemptedFirst = Math.min(first + 1, end);
        List<RespValue> replies = doors.resp()
                .pipeline(
                        List.of("MULTI", "LMOVE " + key + " " + done + " LEFT LEFT", "LTRIM " + done + " 0 0", "EXEC"));
        ledger.expect(replies.get(3).isAggregate(), "EXEC: %s", replies.get(3));
    }

    @Override
    void check(Doors doors) {
        List<Long> found = new ArrayList<>();
        doors.send(ledger, "LRANGE " + key + " 0 -1").items().forEach(item -> found.add(Long.parseLong(item.text())));
        boolean isOld = isRow(found, first, end);
        boolean isNew = isRow(found, attemptedFirst, attemptedEnd);
        ledger.verify(
                isOld || isNew,
                "%s is %s, acknowledged %d to %d, attempted %d to %d",
                key,
                found,
                first,
                end,
                attemptedFirst,
                attemptedEnd);
        ledger.verify(
                number(doors.send(ledger, "LLEN " + done)) <= 1, "half a transaction: %s has more than one", done);
        if (!isOld) {
            first = attemptedFirst;
            end = attemptedEnd;
        }
        attemptedFirst = first;
        attemptedEnd = end;
    }

    private static boolean isRow(List<Long> found, long from, long to) {
        if (found.size() != to - from) {
            return false;
        }
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i) != from + i) {
                return false;
            }
        }
        return true;
    }
}
