package proa.cluster.engine;

import com.hazelcast.internal.util.Clock;
import com.hazelcast.internal.util.ClockProperties;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time by which the engine ends what it keeps and judges heartbeats: the wall as it was when
 * the engine began, and from then on the monotonic clock, drawn towards the wall by half a
 * millisecond a second. By the wall itself, as the engine would have it, whoever sets a member's
 * clock an hour ahead ends all sessions that it keeps for others.
 *
 * <p>It steps to a wall that has been far away for a while only in its first {@link #STEPS_NANOS},
 * when a machine may have started before its wall was set. It begins anew when the engine does, and
 * when that is about to be emptied to join the others again, as after a minute in which the machine
 * was suspended: then nothing there goes by the time of before.
 *
 * <p>One for each process, as in the engine. Safe from any thread.
 */
public final class EngineTime extends Clock.ClockImpl {

    /** What is kept moves to others with a time of this one, so it must not stay wrong for days. */
    static final long STEPS_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static volatile EngineClock clock = begun(System::currentTimeMillis, System::nanoTime);

    /** For the engine, which makes one by the name of this class. */
    public EngineTime() {}

    /** Before anything of the engine's is loaded, which reads this once. */
    static void install() {
        System.setProperty(ClockProperties.HAZELCAST_CLOCK_IMPL, EngineTime.class.getName());
    }

    /** Nothing that is kept goes by what this has said before. */
    static void beginAnew() {
        beginAnew(System::currentTimeMillis, System::nanoTime);
    }

    static void beginAnew(LongSupplier wallMillis, LongSupplier nanos) {
        clock = begun(wallMillis, nanos);
    }

    private static EngineClock begun(LongSupplier wallMillis, LongSupplier nanos) {
        return new EngineClock(0, STEPS_NANOS, wallMillis, nanos);
    }

    static long nowMillis() {
        return clock.nowMillis();
    }

    @Override
    protected long currentTimeMillis() {
        return nowMillis();
    }
}
