package proa.cluster.engine;

import com.hazelcast.internal.util.Clock;
import com.hazelcast.internal.util.ClockProperties;

/**
 * The time by which the engine ends what it keeps and judges heartbeats: the wall as it was when
 * the engine began, and from then on the monotonic clock, drawn towards the wall by half a
 * millisecond a second. By the wall itself, as the engine would have it, whoever sets a member's
 * clock an hour ahead ends all sessions that it keeps for others.
 *
 * <p>It never steps: a member that keeps something too long loses nothing, since {@link
 * EngineClock} judges whether a session is over. It begins anew when the engine does, and when that
 * has been emptied to join the others again, as after a minute in which the machine was suspended:
 * then nothing there goes by the time of before.
 *
 * <p>One for each process, as in the engine. Safe from any thread.
 */
public final class EngineTime extends Clock.ClockImpl {

    private static volatile EngineClock clock = new EngineClock(0);

    /** For the engine, which makes one by the name of this class. */
    public EngineTime() {}

    /** Before anything of the engine's is loaded, which reads this once. */
    static void install() {
        System.setProperty(ClockProperties.HAZELCAST_CLOCK_IMPL, EngineTime.class.getName());
    }

    /** Nothing that is kept goes by what this has said before. */
    static void beginAnew() {
        beginAnew(new EngineClock(0));
    }

    static void beginAnew(EngineClock another) {
        clock = another;
    }

    @Override
    protected long currentTimeMillis() {
        return clock.stampMillis();
    }
}
