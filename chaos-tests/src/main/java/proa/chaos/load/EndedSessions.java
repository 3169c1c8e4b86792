package proa.chaos.load;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Sessions that end: some are removed as soon as they are written, some expire after a second. None
 * may ever be readable again. Only acknowledged removals and expiries count.
 */
final class EndedSessions {

    private static final double PAIRS_PER_SECOND = 10;
    private static final int EXPIRE_SECONDS = 1;
    private static final int LONG_SECONDS = 3_600;

    /** Clocks of members may be apart by some of this. */
    private static final long SURELY_OVER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LoadPlan plan;
    private final Pace pace;

    /** When each is over, on the clock of {@link System#nanoTime}. */
    private final Map<String, Long> over = new ConcurrentHashMap<>();

    private @Nullable RespConnection connection;
    private long number;

    EndedSessions(LoadPlan plan, Pace pace) {
        this.plan = plan;
        this.pace = pace;
    }

    void start() {
        pace.run("ended-sessions", PAIRS_PER_SECOND, 0, this::act);
    }

    private void act() {
        String suffix = Long.toString(number++);
        try {
            RespConnection current = connection;
            if (current == null) {
                current = RespConnection.open(plan.vip(plan.ports().sessions()));
                connection = current;
            }
            current.set("removed:" + suffix, "v", LONG_SECONDS);
            current.delete("removed:" + suffix);
            over.put("removed:" + suffix, System.nanoTime());
            current.set("brief:" + suffix, "v", EXPIRE_SECONDS);
            over.put(
                    "brief:" + suffix,
                    System.nanoTime() + TimeUnit.SECONDS.toNanos(EXPIRE_SECONDS));
        } catch (IOException _) {
            // What was not acknowledged promises nothing.
            RespConnection broken = connection;
            if (broken != null) {
                broken.close();
                connection = null;
            }
        }
    }

    /** They are no longer asked for. */
    void forget() {
        over.clear();
    }

    /** Asks one node for each; how many it could be asked for. */
    LoadReport.Gone readBack(String node) {
        List<String> examples = new ArrayList<>();
        InetSocketAddress target = plan.node(node, plan.ports().nodeSessions());
        long now = System.nanoTime();
        List<String> all =
                over.entrySet().stream()
                        .filter(each -> each.getValue() < now - SURELY_OVER_NANOS)
                        .map(Map.Entry::getKey)
                        .toList();
        int returned = 0;
        int asked = 0;
        try (RespConnection asking = RespConnection.open(target)) {
            for (String key : all) {
                if (!asking.get(key).isEmpty()) {
                    returned++;
                    SessionClients.note(examples, key);
                }
                asked++;
            }
        } catch (IOException e) {
            SessionClients.note(examples, "not asked further: " + Pace.why(e));
        }
        return new LoadReport.Gone(node, asked, returned, examples);
    }
}
