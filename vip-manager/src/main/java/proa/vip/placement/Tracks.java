package proa.vip.placement;

import proa.config.TrackConfig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is tracked for one group on one node. A script counts as bad after {@code fall} bad ends in
 * a row and as good after {@code rise} good ones; the share of servers counts when it has been so
 * for {@code hold}. Until a script has ended once, and while there are no servers, all is well. Not
 * thread-safe.
 */
public final class Tracks {

    private static final int HUNDRED = 100;

    private final TrackConfig config;
    private final Map<String, Streak> scripts = new LinkedHashMap<>();
    private boolean fewServers;
    private boolean countsFew;
    private long changesNanos = Long.MAX_VALUE;
    private int up;
    private int total;

    /**
     * What is wrong now.
     *
     * @param handicap what it takes off the priority, 0 or more
     * @param why for the operator; empty when nothing is wrong
     */
    public record Verdict(int handicap, String why) {}

    /** Good or bad ends of one script in a row. */
    private static final class Streak {
        private int length;
        private boolean good = true;
        private boolean counts = true;
        private String detail = "";

        void ended(TrackConfig.Script script, boolean well, String how) {
            length = well == good ? Math.min(length + 1, Integer.MAX_VALUE - 1) : 1;
            good = well;
            detail = well ? detail : how;
            if (length >= (well ? script.rise() : script.fall())) {
                counts = well;
            }
        }
    }

    /** Nothing is wrong yet. */
    public Tracks(TrackConfig config) {
        this.config = config;
        config.scripts().forEach(script -> scripts.put(script.name(), new Streak()));
    }

    /**
     * A script has ended.
     *
     * @param how what to tell the operator if it went badly, such as "exit code 1"
     */
    public void ended(TrackConfig.Script script, boolean well, String how) {
        Streak streak = scripts.get(script.name());
        if (streak != null) {
            streak.ended(script, well, how);
        }
    }

    /** So many servers are up of so many. */
    public void servers(int serversUp, int serversTotal, long nowNanos) {
        up = serversUp;
        total = serversTotal;
        config.servers()
                .ifPresent(
                        servers -> {
                            boolean few =
                                    total > 0
                                            && (long) up * HUNDRED
                                                    < (long) servers.atLeastPercent() * total;
                            if (few != fewServers) {
                                fewServers = few;
                                changesNanos =
                                        few == countsFew
                                                ? Long.MAX_VALUE
                                                : nowNanos + servers.hold().toNanos();
                            }
                        });
    }

    /** When {@link #verdict} may change by time alone; {@link Long#MAX_VALUE}: it will not. */
    public long deadlineNanos() {
        return changesNanos;
    }

    /** What counts now. */
    public Verdict verdict(long nowNanos) {
        if (changesNanos != Long.MAX_VALUE && nowNanos - changesNanos >= 0) {
            countsFew = fewServers;
            changesNanos = Long.MAX_VALUE;
        }
        int handicap = 0;
        List<String> reasons = new ArrayList<>();
        for (TrackConfig.Script script : config.scripts()) {
            Streak streak = scripts.get(script.name());
            if (streak != null && !streak.counts) {
                handicap += script.weight();
                reasons.add("script " + script.name() + ": " + streak.detail);
            }
        }
        if (countsFew && config.servers().isPresent()) {
            handicap += config.servers().get().weight();
            reasons.add(up + " of " + total + " servers are up");
        }
        return new Verdict(handicap, String.join(", ", reasons));
    }
}
