package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.RespValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Puts what one connection has received into the one order in which it is compared. The order is Redis' own affair, that of a
 * hash table whose seed is random, among the patterns that one message matches, among the channels that UNSUBSCRIBE without
 * a name leaves, and among those that PUBSUB CHANNELS lists.
 */
final class Messages {
    private static final Set<String> KINDS = Set.of("message", "pmessage", "smessage");

    private Messages() {}

    static RespValue inOrder(List<RespValue> frames) {
        List<RespValue> flat = messagesLast(frames);
        List<RespValue> result = new ArrayList<>();
        for (int i = 0; i < flat.size(); ) {
            int end = i + 1;
            while (end < flat.size() && haveNoOrder(flat.get(i), flat.get(end))) {
                end++;
            }
            List<RespValue> run = flat.subList(i, end);
            result.addAll(isUnsubscription(run.get(0)) ? unsubscriptions(run) : sorted(run));
            i = end;
        }
        return RespValue.of('*', result.stream().map(Messages::names).toList());
    }

    /**
     * What a client's own command makes it receive comes before the reply in Redis, mostly; here behind it, once both are durable.
     */
    private static List<RespValue> messagesLast(List<RespValue> frames) {
        return frames.stream()
                .sorted(Comparator.comparing(frame -> isMessage(frame) || isKind(frame, "invalidate")))
                .toList();
    }

    private static boolean haveNoOrder(RespValue a, RespValue b) {
        if (isUnsubscription(a)) {
            return isUnsubscription(b) && a.item(0).equals(b.item(0));
        }
        return isKind(a, "pmessage")
                && isKind(b, "pmessage")
                && a.items().subList(2, 4).equals(b.items().subList(2, 4));
    }

    private static boolean isUnsubscription(RespValue frame) {
        return isKind(frame, "unsubscribe") || isKind(frame, "punsubscribe") || isKind(frame, "sunsubscribe");
    }

    private static boolean isMessage(RespValue frame) {
        return KINDS.stream().anyMatch(kind -> isKind(frame, kind));
    }

    private static boolean isKind(RespValue frame, String kind) {
        return frame.isAggregate()
                && !frame.items().isEmpty()
                && frame.item(0).marker() == '$'
                && !frame.item(0).isNull()
                && frame.item(0).text().equals(kind);
    }

    /** The names in order; the counts stay where they were. */
    private static List<RespValue> unsubscriptions(List<RespValue> run) {
        List<RespValue> names = sorted(run.stream().map(frame -> frame.item(1)).toList());
        List<RespValue> result = new ArrayList<>();
        for (int i = 0; i < run.size(); i++) {
            RespValue frame = run.get(i);
            result.add(RespValue.of(frame.marker(), List.of(frame.item(0), names.get(i), frame.item(2))));
        }
        return result;
    }

    /** A list of names in order; anything else as it is. */
    private static RespValue names(RespValue frame) {
        boolean isList = frame.isAggregate()
                && !isMessage(frame)
                && frame.items().stream().allMatch(item -> item.marker() == '$');
        return isList ? RespValue.of(frame.marker(), sorted(frame.items())) : frame;
    }

    private static List<RespValue> sorted(List<RespValue> values) {
        return values.stream().sorted(Comparator.comparing(RespValue::toString)).toList();
    }
}
