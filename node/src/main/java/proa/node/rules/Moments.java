package proa.node.rules;

import proa.config.Condition;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongPredicate;

/** Conditions on the clock. */
final class Moments {

    private static final long MINUTE_SECONDS = 60;

    private Moments() {}

    static Compiler.Test test(Condition.TimeOfDay span, InstantSource time) {
        ZoneId zone = ZoneId.of(span.zone());
        Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
        if (!span.days().isEmpty()) {
            days.retainAll(span.days());
        }
        int from = span.fromMinute();
        int to = span.toMinute();
        boolean midnight = to <= from;
        LongPredicate holds =
                minutes -> {
                    ZonedDateTime now =
                            Instant.ofEpochSecond(minutes * MINUTE_SECONDS).atZone(zone);
                    int minute = now.getHour() * 60 + now.getMinute();
                    DayOfWeek day = now.getDayOfWeek();
                    if (!midnight) {
                        return minute >= from && minute < to && days.contains(day);
                    }
                    return minute >= from
                            ? days.contains(day)
                            : minute < to && days.contains(day.minus(1));
                };
        return new EachMinute(holds, time);
    }

    /** What holds changes with the minute at most, so that the calendar is asked once in each. */
    private static final class EachMinute implements Compiler.Test {
        private final LongPredicate holds;
        private final InstantSource time;

        /** The minute since 1970, and in the lowest bit what was found. */
        private volatile long found = Long.MIN_VALUE;

        EachMinute(LongPredicate holds, InstantSource time) {
            this.holds = holds;
            this.time = time;
        }

        @Override
        public boolean holds(Request request) {
            long minute = Math.floorDiv(time.millis(), MINUTE_SECONDS * 1_000);
            long known = found;
            if (known >> 1 != minute) {
                known = minute << 1 | (holds.test(minute) ? 1 : 0);
                found = known;
            }
            return (known & 1) != 0;
        }
    }
}
