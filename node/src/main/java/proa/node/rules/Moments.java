package proa.node.rules;

import proa.config.Condition;

import java.time.DayOfWeek;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Set;

/** Conditions on the clock. */
final class Moments {

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
        return _ -> {
            ZonedDateTime now = time.instant().atZone(zone);
            int minute = now.getHour() * 60 + now.getMinute();
            DayOfWeek day = now.getDayOfWeek();
            if (!midnight) {
                return minute >= from && minute < to && days.contains(day);
            }
            return minute >= from ? days.contains(day) : minute < to && days.contains(day.minus(1));
        };
    }
}
