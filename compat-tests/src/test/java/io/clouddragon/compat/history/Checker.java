package io.clouddragon.compat.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Is there an order of the operations on one key, each at some moment between its call and its return, in which every result
 * is right? That is linearizability.
 *
 * <p>The search is that of Wing and Gong, with Lowe's memory of where it has been ("Testing for linearizability", 2017), in the
 * form of Porcupine: calls and returns stand in a list in order of time. From the front, an operation that has been called is
 * tried next; if the model takes it, its call and return leave the list. A return at the front whose operation could not be
 * placed before it means that an earlier choice was wrong. Which operations were placed, together with the state that they
 * led to, is never tried twice. Linear in time where operations overlap little.
 *
 * @param <S> the model's state
 */
final class Checker<S> {
    /** Beyond this many configurations the search says that it does not know. */
    private static final int MAX_CONFIGURATIONS = 2_000_000;

    /** Operations shown on either side of the one that could not be placed. */
    private static final int SHOWN = 12;

    enum Verdict {
        LINEARIZABLE,
        VIOLATION,
        UNDECIDED
    }

    /** A call or a return, linked in order of time. */
    private static final class Event {
        final int index;
        final Operation operation;
        /** Of a call: its return; null when it is open. Of a return: null. */
        final Event end;

        final boolean isCall;
        Event before;
        Event after;

        Event(int index, Operation operation, boolean isCall, Event end) {
            this.index = index;
            this.operation = operation;
            this.isCall = isCall;
            this.end = end;
        }

        long time() {
            return isCall ? operation.called : operation.returned;
        }

        void unlink() {
            before.after = after;
            if (after != null) {
                after.before = before;
            }
        }

        void relink() {
            before.after = this;
            if (after != null) {
                after.before = this;
            }
        }
    }

    /** Which operations were placed, and the state that they led to. */
    private record Configuration<S>(long[] placed, S state) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Configuration<?> that
                    && state.equals(that.state)
                    && Arrays.equals(placed, that.placed);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(placed) + state.hashCode();
        }
    }

    private record Choice<S>(Event call, S before) {}

    private final Model<S> model;
    private final Event head = new Event(-1, null, true, null);
    private final Set<Configuration<S>> seen = new HashSet<>();
    private final Deque<Choice<S>> choices = new ArrayDeque<>();
    private final List<Operation> history;
    private final long[] placed;
    private int answersLeft;
    private Operation furthest;

    Checker(Model<S> model, List<Operation> history) {
        this.model = model;
        this.history = new ArrayList<>(history);
        this.history.sort(Comparator.comparingLong(operation -> operation.called));
        placed = new long[history.size() / Long.SIZE + 1];
        link();
    }

    private void link() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            Operation operation = history.get(i);
            Event end = operation.isOpen() ? null : new Event(i, operation, false, null);
            events.add(new Event(i, operation, true, end));
            if (end != null) {
                events.add(end);
                answersLeft++;
            }
        }
        // At the same moment calls come first: such operations overlap.
        events.sort(Comparator.comparingLong(Event::time).thenComparing(event -> !event.isCall));
        Event last = head;
        for (Event event : events) {
            last.after = event;
            event.before = last;
            last = event;
        }
    }

    /** To be called once. */
    Verdict check() {
        S state = model.initial();
        Event event = head.after;
        // What is open has no answer that could be wrong: it may come last, or never.
        while (answersLeft > 0) {
            if (event.isCall) {
                S next = model.step(state, event.operation);
                if (next != null && isNew(event, next)) {
                    choices.push(new Choice<>(event, state));
                    state = next;
                    place(event);
                    event = head.after;
                } else {
                    event = event.after;
                }
                if (seen.size() > MAX_CONFIGURATIONS) {
                    return Verdict.UNDECIDED;
                }
            } else {
                if (furthest == null || event.operation.returned > furthest.returned) {
                    furthest = event.operation;
                }
                if (choices.isEmpty()) {
                    return Verdict.VIOLATION;
                }
                Choice<S> wrong = choices.pop();
                state = wrong.before;
                displace(wrong.call);
                event = wrong.call.after;
            }
        }
        return Verdict.LINEARIZABLE;
    }

    private boolean isNew(Event call, S next) {
        long[] bits = placed.clone();
        bits[call.index / Long.SIZE] |= 1L << call.index;
        return seen.add(new Configuration<>(bits, next));
    }

    private void place(Event call) {
        placed[call.index / Long.SIZE] |= 1L << call.index;
        call.unlink();
        if (call.end != null) {
            call.end.unlink();
            answersLeft--;
        }
    }

    private void displace(Event call) {
        placed[call.index / Long.SIZE] &= ~(1L << call.index);
        if (call.end != null) {
            call.end.relink();
            answersLeft++;
        }
        call.relink();
    }

    /** After a violation: the operation that no order reached, with those around it and everything open. */
    String explain() {
        int at = history.indexOf(furthest);
        StringBuilder text = new StringBuilder("cannot be placed: " + furthest + "\n");
        for (int i = 0; i < history.size(); i++) {
            if (Math.abs(i - at) <= SHOWN || history.get(i).isOpen()) {
                text.append("  ").append(history.get(i)).append('\n');
            }
        }
        return text.toString();
    }
}
