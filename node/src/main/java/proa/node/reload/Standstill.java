package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Says where the event loops are when one of them stands still, before vipd gives the addresses
 * away: one log line for each standstill. Used by the heartbeat's thread.
 */
final class Standstill {

    /** Half of what vipd takes for stuck. */
    private static final long TOLD_AFTER_MILLIS = 500;

    private static final int FRAMES_MAX = 12;
    private static final String LOOPS = "loop-";
    private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);

    private boolean told;

    /** Takes note of the age of the oldest tick. */
    void look(long oldestTickMillis) {
        if (oldestTickMillis < TOLD_AFTER_MILLIS) {
            told = false;
        } else if (!told) {
            told = true;
            LOG.warn(
                    "an event loop stands still for {} ms: {}",
                    oldestTickMillis,
                    Thread.getAllStackTraces().entrySet().stream()
                            .filter(entry -> entry.getKey().getName().startsWith(LOOPS))
                            .map(Standstill::place)
                            .collect(Collectors.joining("; ")));
        }
    }

    private static String place(Map.Entry<Thread, StackTraceElement[]> entry) {
        return entry.getKey().getName()
                + " "
                + entry.getKey().getState()
                + " in "
                + Arrays.stream(entry.getValue())
                        .limit(FRAMES_MAX)
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .collect(Collectors.joining(" < "));
    }
}
