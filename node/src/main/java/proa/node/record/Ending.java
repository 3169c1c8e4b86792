package proa.node.record;

/**
 * How a request or connection ended, as HAProxy's logs say it (management guide, "session state at
 * disconnection"): who or what ended it, and what was going on.
 */
public enum Ending {
    NORMAL("--"),
    /** Answered here as the operator wanted. */
    LOCAL("LR"),
    /** Refused by a rule or for being malformed. */
    REFUSED("PR"),
    /** Refused while its body was on the way. */
    BODY_REFUSED("PD"),
    CLIENT_SLOW("cR"),
    CLIENT_SLOW_DATA("cD"),
    CLIENT_LEFT("CR"),
    CLIENT_LEFT_CONNECTING("CC"),
    CLIENT_LEFT_WAITING("CH"),
    CLIENT_LEFT_DATA("CD"),
    /** No server could be reached, or none is there. */
    NO_SERVER("SC"),
    LINE_FULL("RQ"),
    LINE_SLOW("sQ"),
    SERVER_LEFT("SH"),
    SERVER_LEFT_DATA("SD"),
    SERVER_SLOW("sH"),
    SERVER_SLOW_DATA("sD"),
    ANSWER_REFUSED("PH");

    private final String code;

    Ending(String code) {
        this.code = code;
    }

    /** Two letters. */
    public String code() {
        return code;
    }
}
