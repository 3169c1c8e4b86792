package proa.vip.loop;

import proa.config.GroupConfig;
import proa.config.TrackConfig;
import proa.vip.placement.Tracks;
import proa.vip.vrrp.Event;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Feeds what is tracked for each group to its machine. Used by the loop's thread. */
final class Tracking {

    private final Map<String, Tracks> tracks = new TreeMap<>();
    private final NodeDesk.Machines machines;

    Tracking(List<GroupConfig> groups, NodeDesk.Machines machines) {
        this.machines = machines;
        for (GroupConfig group : groups) {
            if (!group.track().equals(TrackConfig.NOTHING)) {
                tracks.put(group.name(), new Tracks(group.track()));
            }
        }
    }

    /** Starts every group's programs; their ends are told on the loop's thread. */
    void startScripts(List<GroupConfig> groups, Inbox inbox) {
        for (GroupConfig group : groups) {
            for (TrackConfig.Script script : group.track().scripts()) {
                ScriptRunner.start(
                        script,
                        (ended, well, how) ->
                                inbox.post(() -> ended(group.name(), ended, well, how)));
            }
        }
    }

    private void ended(String group, TrackConfig.Script script, boolean well, String how) {
        Tracks of = tracks.get(group);
        if (of != null) {
            of.ended(script, well, how);
            tell(group, of, System.nanoTime());
        }
    }

    /** So many servers of the group's frontends are up. */
    void servers(String group, int up, int total) {
        Tracks of = tracks.get(group);
        if (of != null) {
            long now = System.nanoTime();
            of.servers(up, total, now);
            tell(group, of, now);
        }
    }

    /** What counts from now on by time alone. */
    void tick(long nowNanos) {
        for (Map.Entry<String, Tracks> entry : tracks.entrySet()) {
            Tracks of = entry.getValue();
            if (of.deadlineNanos() != Long.MAX_VALUE && nowNanos - of.deadlineNanos() >= 0) {
                tell(entry.getKey(), of, nowNanos);
            }
        }
    }

    /** When {@link #tick} is due; {@link Long#MAX_VALUE}: never. */
    long deadlineNanos() {
        long earliest = Long.MAX_VALUE;
        for (Tracks of : tracks.values()) {
            long deadline = of.deadlineNanos();
            if (deadline != Long.MAX_VALUE
                    && (earliest == Long.MAX_VALUE || deadline - earliest < 0)) {
                earliest = deadline;
            }
        }
        return earliest;
    }

    private void tell(String group, Tracks of, long nowNanos) {
        Tracks.Verdict verdict = of.verdict(nowNanos);
        machines.one(group, new Event.Tracked(verdict.handicap(), verdict.why()));
    }
}
