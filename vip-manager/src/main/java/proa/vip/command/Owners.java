package proa.vip.command;

import proa.config.link.LinkMessage;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who owns each group, as this host's vipd sees it: read from its status document. */
final class Owners {

    /** vipd writes a group's keys in this order; names of groups and nodes need no escapes. */
    static final Pattern GROUP =
            Pattern.compile("\"group\":\"([^\"]+)\",\"state\":\"[A-Z]+\",\"owner\":\"([^\"]*)\"");

    private static final long LOOK_AGAIN_MILLIS = 50;

    private Owners() {}

    /** Group → owner's name, empty when unknown. */
    static Map<String, String> of(String status) {
        Map<String, String> owners = new LinkedHashMap<>();
        Matcher matcher = GROUP.matcher(status);
        while (matcher.find()) {
            owners.put(matcher.group(1), matcher.group(2));
        }
        return owners;
    }

    /** Asks again and again until that holds or the time is up; the last status document. */
    static String await(VipdSocket vipd, Duration limit, Predicate<Map<String, String>> holds)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            String status =
                    vipd.ask(new LinkMessage.StatusRequest())
                                    instanceof LinkMessage.Status(String json)
                            ? json
                            : "";
            if (holds.test(of(status)) || System.nanoTime() - end >= 0) {
                return status;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }
}
