package proa.node.record;

import java.time.Instant;

/**
 * What one check of a server found.
 *
 * @param at when it ended
 * @param result in which layer it ended, and how
 * @param code the status of an HTTP answer; 0: there was none
 * @param tookNanos from the beginning to the verdict
 * @param why it failed, in words; empty: it passed
 * @param rises passes in a row that bring a server up
 * @param falls failures in a row that take it down
 * @param health how far it is from a change: 0 to {@code rises + falls − 1}, up from {@code rises}
 */
public record Checked(
        Instant at,
        Result result,
        int code,
        long tookNanos,
        String why,
        int rises,
        int falls,
        int health) {

    /** In which layer, in the words of HAProxy's {@code check_status}. */
    public enum Result {
        L4OK("Layer4 check passed"),
        L4TOUT("Layer4 timeout"),
        L4CON("Layer4 connection problem"),
        L6OK("Layer6 check passed"),
        L6TOUT("Layer6 timeout"),
        L6RSP("Layer6 invalid response"),
        L7OK("Layer7 check passed"),
        L7TOUT("Layer7 timeout"),
        L7RSP("Layer7 invalid response"),
        L7STS("Layer7 wrong status");

        private final String words;

        Result(String words) {
            this.words = words;
        }

        /** In words. */
        public String words() {
            return words;
        }
    }
}
