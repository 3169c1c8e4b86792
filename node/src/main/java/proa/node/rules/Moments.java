package proa.node.rules;

import proa.config.Condition;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.zone.ZoneRules;

/** Conditions on the clock. */
final class Moments {

    private static final int SECONDS_OF_DAY = 86_400;

    /** The first of January 1970, day 0, was a Thursday. */
    private static final int FIRST_DAY = DayOfWeek.THURSDAY.getValue() - 1;

    private Moments() {}

    static Compiler.Test test(Condition.TimeOfDay span, InstantSource time) {
        ZoneRules rules = ZoneId.of(span.zone()).getRules();
        boolean[] days = days(span);
        int from = span.fromMinute();
        int to = span.toMinute();
        boolean midnight = to <= from;
        return _ -> {
            Instant now = time.instant();
            long local = now.getEpochSecond() + rules.getOffset(now).getTotalSeconds();
            int minute = Math.floorMod(local, SECONDS_OF_DAY) / 60;
            int day = Math.floorMod(Math.floorDiv(local, SECONDS_OF_DAY) + FIRST_DAY, 7);
            if (!midnight) {
                return minute >= from && minute < to && days[day];
            }
            return minute >= from ? days[day] : minute < to && days[(day + 6) % 7];
        };
    }

    private static boolean[] days(Condition.TimeOfDay span) {
        boolean[] days = new boolean[7];
        for (DayOfWeek day : DayOfWeek.values()) {
            days[day.getValue() - 1] = span.days().isEmpty() || span.days().contains(day);
        }
        return days;
    }
}
