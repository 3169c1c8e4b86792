package proa.node.admin;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Time passes for whoever waits when a test says so. */
final class FakeAlarm implements Alarm {

    /** What each does, by itself; with its time. */
    private final Map<Runnable, Duration> set = new ConcurrentHashMap<>();

    @Override
    public Runnable after(Duration time, Runnable action) {
        Runnable own = () -> action.run();
        set.put(own, time);
        return () -> set.remove(own);
    }

    /** Whether one of so long is set. */
    boolean has(Duration time) {
        return set.containsValue(time);
    }

    /** Those of so long go off. */
    void goOff(Duration time) {
        set.forEach(
                (action, after) -> {
                    if (after.equals(time) && set.remove(action) != null) {
                        action.run();
                    }
                });
    }
}
