package io.clouddragon.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private final Random random = new Random(seed());
    private final List<Timer> fired = new ArrayList<>();

    private static long seed() {
        String given = System.getProperty("seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        System.out.println("TimerWheelTest -Dseed=" + seed);
        return seed;
    }

    /** Notes that it fired, and never before its deadline. */
    private final class Probe extends Timer {
        private final Runnable action;

        Probe(Runnable action) {
            this.action = action;
        }

        Probe() {
            this(() -> {});
        }

        @Override
        protected void fire(long nowMillis) {
            assertThat(nowMillis).isGreaterThanOrEqualTo(deadline());
            assertThat(isScheduled()).isFalse();
            fired.add(this);
            action.run();
        }
    }

    /** What the wheel must do: scheduled timers by deadline, then by order of scheduling. */
    private static final class Model {
        private record Place(long deadline, long order) implements Comparable<Place> {
            @Override
            public int compareTo(Place other) {
                return deadline != other.deadline
                        ? Long.compare(deadline, other.deadline)
                        : Long.compare(order, other.order);
            }
        }

        private final TreeMap<Place, Timer> timers = new TreeMap<>();
        private final Map<Timer, Place> places = new HashMap<>();
        private long order;

        void schedule(Timer timer, long deadline) {
            cancel(timer);
            Place place = new Place(deadline, order++);
            timers.put(place, timer);
            places.put(timer, place);
        }

        boolean cancel(Timer timer) {
            Place place = places.remove(timer);
            return place != null && timers.remove(place) != null;
        }

        List<Timer> fire(long now, int most) {
            List<Timer> due = new ArrayList<>();
            while (due.size() < most && !timers.isEmpty() && timers.firstKey().deadline <= now) {
                due.add(timers.firstEntry().getValue());
                cancel(timers.firstEntry().getValue());
            }
            return due;
        }

        long earliest() {
            return timers.isEmpty() ? Long.MAX_VALUE : timers.firstKey().deadline;
        }
    }

    private long delay() {
        return Math.abs(random.nextLong() >>> 1 + random.nextInt(62));
    }

    @Test
    void fires_what_a_sorted_map_would_in_the_same_order() {
        for (int round = 0; round < 50; round++) {
            long now = random.nextInt(3) == 0 ? 0 : delay() >>> 8;
            TimerWheel wheel = new TimerWheel(now);
            Model model = new Model();
            List<Timer> timers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                timers.add(new Probe());
            }
            for (int step = 0; step < 3_000; step++) {
                Timer timer = timers.get(random.nextInt(timers.size()));
                int choice = random.nextInt(100);
                if (choice < 60) {
                    long deadline = saturatedSum(now, random.nextInt(4) == 0 ? random.nextInt(5) + 1 : delay() + 1);
                    wheel.schedule(timer, deadline);
                    model.schedule(timer, deadline);
                } else if (choice < 75) {
                    assertThat(wheel.cancel(timer)).isEqualTo(model.cancel(timer));
                } else {
                    now = nextNow(now, model.earliest());
                    fired.clear();
                    int count = wheel.advance(now, Integer.MAX_VALUE);
                    assertThat(fired).isEqualTo(model.fire(now, Integer.MAX_VALUE));
                    assertThat(count).isEqualTo(fired.size());
                }
                assertThat(wheel.nextDeadline()).isLessThanOrEqualTo(model.earliest());
                assertThat(wheel.size()).isEqualTo(model.timers.size());
                assertThat(timer.isScheduled()).isEqualTo(model.places.containsKey(timer));
            }
            fired.clear();
            wheel.advance(Long.MAX_VALUE, Integer.MAX_VALUE);
            assertThat(fired).isEqualTo(model.fire(Long.MAX_VALUE, Integer.MAX_VALUE));
            assertThat(wheel.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        }
    }

    private long nextNow(long now, long earliest) {
        return switch (random.nextInt(4)) {
            case 0 -> now + random.nextInt(70);
            case 1 -> Math.min(earliest, saturatedSum(now, 1L << 40));
            case 2 -> Math.max(now, Math.min(earliest - 1, saturatedSum(now, 1L << 40)));
            default -> saturatedSum(now, delay() >>> 20);
        };
    }

    private static long saturatedSum(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }

    @Test
    void small_steps_fire_the_same_in_the_same_order_even_when_timers_come_in_between() {
        for (int round = 0; round < 200; round++) {
            TimerWheel wheel = new TimerWheel(0);
            Model model = new Model();
            for (int i = 0; i < 100; i++) {
                Probe timer = new Probe();
                long deadline = 1 + random.nextInt(1 << 1 + random.nextInt(16));
                wheel.schedule(timer, deadline);
                model.schedule(timer, deadline);
            }
            long now = random.nextInt(1 << 17);
            List<Timer> expected = new ArrayList<>();
            fired.clear();
            while (wheel.nextDeadline() <= now) {
                int most = 1 + random.nextInt(3);
                assertThat(wheel.advance(now, most)).isLessThanOrEqualTo(most);
                if (random.nextInt(3) == 0) {
                    Probe timer = new Probe();
                    long last =
                            fired.isEmpty() ? 0 : fired.get(fired.size() - 1).deadline();
                    long deadline = last + 1 + random.nextInt(1 << 1 + random.nextInt(12));
                    // Between calls the wheel's time may be ahead of what fired last, but only up to the next deadline.
                    deadline = Math.max(deadline, wheel.nextDeadline());
                    expected.addAll(model.fire(last, fired.size() - expected.size()));
                    wheel.schedule(timer, deadline);
                    model.schedule(timer, deadline);
                }
            }
            expected.addAll(model.fire(now, Integer.MAX_VALUE));
            assertThat(fired).isEqualTo(expected);
        }
    }

    @Test
    void a_timer_fires_in_its_millisecond_when_the_driver_sleeps_until_the_next_deadline() {
        for (int i = 0; i < 2_000; i++) {
            long start = delay() >>> 2;
            TimerWheel wheel = new TimerWheel(start);
            long deadline = saturatedSum(start, delay() + 1);
            wheel.schedule(new Probe(), deadline);
            fired.clear();
            int wakeUps = 0;
            long now = start;
            while (fired.isEmpty()) {
                assertThat(wheel.nextDeadline()).isGreaterThan(now).isLessThanOrEqualTo(deadline);
                now = wheel.nextDeadline();
                wheel.advance(now, 1);
                wakeUps++;
            }
            assertThat(now).isEqualTo(deadline);
            assertThat(wakeUps).isLessThanOrEqualTo(11);
        }
    }

    @Test
    void a_jump_to_the_end_of_time_fires_everything_at_once() {
        TimerWheel wheel = new TimerWheel(1_700_000_000_000L);
        Probe soon = new Probe();
        Probe last = new Probe();
        wheel.schedule(last, Long.MAX_VALUE);
        wheel.schedule(soon, 1_700_000_000_001L);
        assertThat(wheel.advance(Long.MAX_VALUE - 1, 10)).isEqualTo(1);
        assertThat(wheel.advance(Long.MAX_VALUE, 10)).isEqualTo(1);
        assertThat(fired).containsExactly(soon, last);
    }

    @Test
    void nothing_fires_early_when_the_clock_goes_back() {
        TimerWheel wheel = new TimerWheel(1_000);
        Probe timer = new Probe();
        wheel.schedule(timer, 1_500);
        assertThat(wheel.advance(1_499, 10)).isZero();
        assertThat(wheel.advance(3, 10)).isZero();
        wheel.schedule(new Probe(), 1_400);
        assertThat(wheel.advance(4, 10)).as("due by the wheel's time").isEqualTo(1);
        assertThat(timer.isScheduled()).isTrue();
        assertThat(wheel.advance(1_500, 10)).isEqualTo(1);
    }

    @Test
    void a_timer_may_cancel_and_reschedule_itself_and_others_while_it_fires() {
        TimerWheel wheel = new TimerWheel(0);
        Probe cancelled = new Probe();
        Probe delayed = new Probe();
        Probe[] self = new Probe[1];
        self[0] = new Probe(() -> {
            wheel.cancel(cancelled);
            wheel.schedule(delayed, 200);
            if (fired.size() < 3) {
                wheel.schedule(self[0], self[0].deadline() + 20);
            }
        });
        wheel.schedule(self[0], 10);
        wheel.schedule(cancelled, 10);
        wheel.schedule(delayed, 11);
        assertThat(wheel.advance(199, 100)).isEqualTo(3);
        assertThat(fired).containsExactly(self[0], self[0], self[0]);
        assertThat(wheel.advance(200, 100)).isEqualTo(1);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void a_timer_that_always_reschedules_itself_into_the_past_does_not_hold_the_engine() {
        TimerWheel wheel = new TimerWheel(100);
        Probe[] self = new Probe[1];
        self[0] = new Probe(() -> wheel.schedule(self[0], -1));
        wheel.schedule(self[0], 0);
        assertThat(wheel.advance(100, 1_000)).isEqualTo(1_000);
        assertThat(wheel.nextDeadline()).isLessThanOrEqualTo(100);
    }

    @Test
    void the_wheel_goes_on_after_a_timer_that_throws() {
        TimerWheel wheel = new TimerWheel(0);
        Probe next = new Probe();
        wheel.schedule(
                new Probe(() -> {
                    throw new IllegalStateException("on purpose");
                }),
                5);
        wheel.schedule(next, 5);
        assertThatThrownBy(() -> wheel.advance(5, 10)).hasMessage("on purpose");
        assertThat(wheel.size()).isEqualTo(1);
        assertThat(wheel.advance(5, 10)).isEqualTo(1);
        assertThat(fired).endsWith(next);
    }

    @Test
    void a_hundred_thousand_timers_of_one_slot_move_in_bounded_steps() {
        TimerWheel wheel = new TimerWheel(0);
        int timers = 100_000;
        for (int i = 0; i < timers; i++) {
            wheel.schedule(new Probe(), 3_600_000 + i % 1_000);
        }
        int calls = 0;
        while (wheel.nextDeadline() <= 3_600_999) {
            wheel.advance(3_600_999, 100);
            calls++;
        }
        assertThat(fired).hasSize(timers);
        assertThat(calls).isBetween(timers / 100, timers / 20);
        for (int i = 1; i < timers; i++) {
            assertThat(fired.get(i).deadline())
                    .isGreaterThanOrEqualTo(fired.get(i - 1).deadline());
        }
    }
}
