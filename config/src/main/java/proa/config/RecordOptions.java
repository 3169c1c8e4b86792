package proa.config;

import java.util.List;
import java.util.Optional;

/**
 * What is written down of a frontend's traffic, and by which id its requests are found again.
 *
 * @param log one line for each request or connection; empty: none
 * @param requestId the id that requests carry; empty: none
 */
public record RecordOptions(Optional<LogConfig> log, Optional<RequestId> requestId) {

    public static final RecordOptions NONE = new RecordOptions(Optional.empty(), Optional.empty());

    /**
     * The id that a request has from the client to the server, and in the log.
     *
     * @param header the field that holds it
     * @param generate whether a request without one gets one
     * @param accept whose id is believed
     * @param respond whether the client is told too
     */
    public record RequestId(String header, boolean generate, Accept accept, boolean respond) {}

    /** Whose ids are taken over. */
    public enum Accept {
        NOBODY,
        /** Those in {@code trusted}. */
        TRUSTED,
        ANYBODY
    }

    /** Fields whose values never stand in a log. */
    public static final List<String> SECRET_FIELDS =
            List.of("authorization", "cookie", "proxy-authorization", "set-cookie");
}
