package io.clouddragon.storage.memory;

/**
 * All deadlines of one clock domain: a hierarchical timing wheel (Varghese &amp; Lauck 1987) with a resolution of one
 * millisecond and no limit of range. Engine thread only. Two clocks, wall time and monotonic time, are two wheels.
 *
 * <p>Time is a number of eleven digits to the base 64, and a level of 64 slots belongs to each digit. A timer lies on the
 * level of the highest digit in which its deadline differs from the wheel's time, in the slot of its deadline's digit:
 *
 * <pre>
 *   time                    0 0 0 0 0 0 0 3 17 60 12
 *   deadline in 2 ms        0 0 0 0 0 0 0 3 17 60 14     level 0, slot 14
 *   deadline in an hour     0 0 0 0 0 0 0 17  .  .  .    level 3, slot 17
 * </pre>
 *
 * From this follows all the rest. Occupied slots lie ahead of the time's own digit, so the next one of a level is the
 * lowest set bit of the level's occupancy, without going round. Everything on a level is earlier than everything on the
 * level above. Timers of one deadline always share a slot. When time enters a slot, its timers move to lower levels, each
 * at most ten times in its life. Time jumps from occupied slot to occupied slot, so a long sleep costs nothing.
 *
 * <p>Timers whose deadline has come wait in the list {@code due}; those of the slot that time has entered, in the list
 * {@code cascading}, until they are moved. A million timers may share a slot of some hours: so the moves, too, are spread
 * over several calls of {@link #advance}.
 *
 * <p>Invariants: time never goes back. A timer in a slot has a deadline after time; in {@code cascading}, from time up to
 * {@code cascadeEnd}. A slot with timers has its bit set; a slot whose timers were all cancelled may have it set still.
 */
public final class TimerWheel {
    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int LEVELS = (Long.SIZE - 1 + DIGIT_BITS - 1) / DIGIT_BITS;
    /** Moving a timer down is about this much cheaper than firing one. */
    private static final int MOVES_PER_FIRE = 16;

    /** The sentinel of a circular list. */
    private static final class TimerList extends Timer {
        TimerList() {
            previous = this;
            next = this;
        }

        boolean isEmpty() {
            return next == this;
        }

        void append(Timer timer) {
            timer.previous = previous;
            timer.next = this;
            previous.next = timer;
            previous = timer;
        }

        Timer removeFirst() {
            Timer first = next;
            first.unlink();
            return first;
        }

        /** Takes over all timers of another list; this one must be empty. */
        void take(TimerList other) {
            next = other.next;
            previous = other.previous;
            next.previous = this;
            previous.next = this;
            other.next = other;
            other.previous = other;
        }

        @Override
        protected void fire(long nowMillis) {
            throw new AssertionError("a sentinel is never scheduled");
        }
    }

    private final TimerList due = new TimerList();
    private final TimerList cascading = new TimerList();
    private long cascadeEnd;

    /** By level and digit; arrays and lists come into being with their first timer. */
    private final TimerList[][] slots = new TimerList[LEVELS][];

    private final long[] occupied = new long[LEVELS];
    private long time;
    private int size;

    /** @param nowMillis where the clock stands, not negative */
    public TimerWheel(long nowMillis) {
        if (nowMillis < 0) {
            throw new IllegalArgumentException("negative time: " + nowMillis);
        }
        time = nowMillis;
    }

    /** The number of scheduled timers. */
    public int size() {
        return size;
    }

    /**
     * Schedules a timer, or reschedules it. Constant time.
     *
     * @param deadlineMillis if not after the wheel's time, the timer fires at the next {@link #advance}
     */
    public void schedule(Timer timer, long deadlineMillis) {
        cancel(timer);
        timer.deadline = deadlineMillis;
        size++;
        // A timer of the same deadline may be cascading: then this one waits behind it.
        if (!cascading.isEmpty() && deadlineMillis >= time && deadlineMillis <= cascadeEnd) {
            cascading.append(timer);
        } else {
            place(timer);
        }
    }

    /** Takes a timer of this wheel out; returns false if it was not scheduled. Constant time. */
    public boolean cancel(Timer timer) {
        if (!timer.isScheduled()) {
            return false;
        }
        timer.unlink();
        size--;
        return true;
    }

    /**
     * Moves time on and fires what is due, in the order of the deadlines, and of scheduling among equal ones.
     *
     * <p>The work of one call is bounded by {@code maxFired} timers fired and a multiple of it moved; what is left over
     * goes on with the next call. Then {@link #nextDeadline} is not after {@code nowMillis}. If {@code fire} throws, the
     * wheel stays usable and the timer counts as fired.
     *
     * @param nowMillis the clock. When it has gone back, the wheel's time stays where it was
     * @return the number of timers fired
     */
    public int advance(long nowMillis, int maxFired) {
        long moves = (long) maxFired * MOVES_PER_FIRE;
        int fired = 0;
        while (true) {
            if (!due.isEmpty()) {
                if (fired == maxFired) {
                    return fired;
                }
                fired++;
                size--;
                due.removeFirst().fire(Math.max(nowMillis, time));
            } else if (!cascading.isEmpty()) {
                if (moves == 0) {
                    return fired;
                }
                moves--;
                place(cascading.removeFirst());
            } else if (!enterNextSlot(nowMillis)) {
                time = Math.max(time, nowMillis);
                return fired;
            }
        }
    }

    /**
     * When {@link #advance} has to be called next: the earliest deadline or a time before it; {@link Long#MAX_VALUE} if
     * nothing is scheduled. Who always sleeps until then wakes up for a timer at most ten times in vain, once a level.
     */
    public long nextDeadline() {
        if (!due.isEmpty() || !cascading.isEmpty()) {
            return time;
        }
        int level = lowestOccupiedLevel();
        return level < 0 ? Long.MAX_VALUE : slotStart(level);
    }

    /** Puts a timer to where it belongs at the present time. */
    private void place(Timer timer) {
        long deadline = timer.deadline;
        if (deadline <= time) {
            due.append(timer);
            return;
        }
        int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(deadline ^ time)) / DIGIT_BITS;
        int digit = (int) (deadline >>> level * DIGIT_BITS) & SLOTS - 1;
        if (slots[level] == null) {
            slots[level] = new TimerList[SLOTS];
        }
        TimerList[] ofLevel = slots[level];
        if (ofLevel[digit] == null) {
            ofLevel[digit] = new TimerList();
        }
        ofLevel[digit].append(timer);
        occupied[level] |= 1L << digit;
    }

    /** Sets time to the start of the next occupied slot, unless that is after now, and lets its timers cascade. */
    private boolean enterNextSlot(long nowMillis) {
        int level = lowestOccupiedLevel();
        if (level < 0) {
            return false;
        }
        long start = slotStart(level);
        if (start > nowMillis) {
            return false;
        }
        int digit = nextDigit(level);
        occupied[level] &= ~(1L << digit);
        time = start;
        cascadeEnd = start + (1L << level * DIGIT_BITS) - 1;
        (level == 0 ? due : cascading).take(slots[level][digit]);
        return true;
    }

    /** The level of the next occupied slot, -1 if there is none; clears the bits of slots found empty on the way. */
    private int lowestOccupiedLevel() {
        for (int level = 0; level < LEVELS; level++) {
            while (occupied[level] != 0) {
                int digit = nextDigit(level);
                if (!slots[level][digit].isEmpty()) {
                    return level;
                }
                occupied[level] &= ~(1L << digit);
            }
        }
        return -1;
    }

    private int nextDigit(int level) {
        return Long.numberOfTrailingZeros(occupied[level]);
    }

    /** The first millisecond of the level's next occupied slot: the digits of time above, the slot's, and zeros. */
    private long slotStart(int level) {
        int shift = level * DIGIT_BITS;
        // Two shifts each way, since on the top level one of both together would be too long.
        long above = time >>> shift >>> DIGIT_BITS << DIGIT_BITS << shift;
        return above | (long) nextDigit(level) << shift;
    }
}
