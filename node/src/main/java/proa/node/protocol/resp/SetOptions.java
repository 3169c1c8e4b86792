package proa.node.protocol.resp;

import proa.cluster.sessions.Expiry;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionStore.Condition;

import java.util.List;

/**
 * The words after key and value of a SET, or after the key of a GETEX.
 *
 * @param ttlMillis as {@link SessionStore#set} takes it
 * @param wantsBefore whether the reply is the value before
 */
record SetOptions(long ttlMillis, Condition condition, boolean wantsBefore) {

    /** What the words say. */
    sealed interface Parsed {
        /** A valid combination. */
        record Ok(SetOptions options) implements Parsed {}

        /** The reply that says what is wrong. */
        record Refused(Reply why) implements Parsed {}
    }

    static Reply notANumber() {
        return Reply.error("value is not an integer or out of range");
    }

    private static Parsed refused(Reply why) {
        return new Parsed.Refused(why);
    }

    /** Options of SET; each at most once. */
    static Parsed parse(List<byte[]> words, long nowMillis) {
        return new Parser("set", nowMillis).parse(words, true);
    }

    /** Options of GETEX: exactly one expiry. */
    static Parsed parseExpiry(List<byte[]> words, long nowMillis) {
        return new Parser("getex", nowMillis).parse(words, false);
    }

    private static final class Parser {
        private final String command;
        private final long nowMillis;
        private Condition condition = Condition.ALWAYS;
        private boolean wantsBefore;
        private boolean expirySet;
        private long ttlMillis = SessionStore.NEVER;

        Parser(String command, long nowMillis) {
            this.command = command;
            this.nowMillis = nowMillis;
        }

        Parsed parse(List<byte[]> words, boolean all) {
            for (int at = 0; at < words.size(); at++) {
                String option = Commands.upper(words.get(at));
                boolean taken;
                if (unitOf(option) > 0 && at + 1 < words.size() && !expirySet) {
                    Reply wrong = expiry(option, words.get(++at));
                    if (!wrong.equals(Reply.OK)) {
                        return refused(wrong);
                    }
                    taken = true;
                } else {
                    taken = all && word(option);
                }
                if (!taken) {
                    return refused(Commands.syntax());
                }
            }
            return new Parsed.Ok(new SetOptions(ttlMillis, condition, wantsBefore));
        }

        private boolean word(String option) {
            return switch (option) {
                case "NX" -> condition(Condition.IF_ABSENT);
                case "XX" -> condition(Condition.IF_PRESENT);
                case "GET" -> before();
                case "KEEPTTL" -> keep();
                default -> false;
            };
        }

        private boolean before() {
            wantsBefore = true;
            return true;
        }

        private boolean condition(Condition asked) {
            boolean first = condition == Condition.ALWAYS;
            condition = asked;
            return first;
        }

        private boolean keep() {
            boolean first = !expirySet;
            expirySet = true;
            ttlMillis = SessionStore.KEEP;
            return first;
        }

        private static long unitOf(String option) {
            return switch (option) {
                case "EX", "EXAT" -> 1_000;
                case "PX", "PXAT" -> 1;
                default -> 0;
            };
        }

        private Reply expiry(String option, byte[] word) {
            Long amount = Numbers.parse(word);
            if (amount == null) {
                return notANumber();
            }
            long unit = unitOf(option);
            if (amount <= 0 || amount > Expiry.AT_MAX / unit) {
                return Reply.error("invalid expire time in '" + command + "' command");
            }
            boolean absolute = option.endsWith("AT");
            ttlMillis = absolute ? Expiry.ttl(nowMillis, amount * unit) : amount * unit;
            expirySet = true;
            return Reply.OK;
        }
    }
}
