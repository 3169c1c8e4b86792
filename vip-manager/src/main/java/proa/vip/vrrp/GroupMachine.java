package proa.vip.vrrp;

import java.util.List;

/**
 * The machine of one traffic group on one node. Not thread-safe: one loop feeds it.
 *
 * <p>The carrier calls {@link #start} once, then {@link #on} for every event and at {@link
 * #deadlineNanos}; it carries out the returned actions in order before it feeds the next event, and
 * tells failures as {@link Event.ActionFailed}. The machine looks at {@code nowNanos} before it
 * looks at the event, so a packet that queued up while the process was stopped cannot mislead it.
 */
public final class GroupMachine {

    /** {@link Action.ProbeGateway} says "no" this long after its first request. */
    public static final long PROBE_MILLIS = 60;

    /** Time between the requests of one {@link Action.ProbeGateway}. */
    public static final long PROBE_GAP_MILLIS = 15;

    private final GroupRules rules;
    private State state = new State.Initialize();

    /** A machine in Initialize. */
    public GroupMachine(GroupRules rules) {
        this.rules = rules;
    }

    /** RFC 9568 §6.4.1's Startup event. */
    public List<Action> start(long nowNanos) {
        state = new State.Backup(nowNanos + rules.advertInterval().toNanos() * 3);
        return List.of();
    }

    /** What to do about the event, in order. */
    public List<Action> on(Event event, long nowNanos) {
        return List.of();
    }

    /** When {@link Event.Tick} is due at the latest; {@link Long#MAX_VALUE}: never. */
    public long deadlineNanos() {
        return switch (state) {
            case State.Initialize _ -> Long.MAX_VALUE;
            case State.Backup backup -> backup.activeDownNanos();
            case State.Active active -> active.advertNanos();
            case State.Lingering lingering -> lingering.untilNanos();
            case State.Fault fault -> fault.retryNanos();
        };
    }

    /** The machine as it is, for the status document. */
    public GroupView view() {
        return new GroupView(state, "", 0, rules.priority(), false, false, "", 0);
    }
}
