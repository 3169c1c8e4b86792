package proa.node.protocol.resp;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionEdit;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The scripts that are run. There is no Lua here: each is known by the SHA-1 of its text, as its
 * library sends it, and does in one step on the key's owner what that text does in Redis.
 */
enum Script {
    /** Lets a session lock go: removes the key if it holds the token. */
    PHP_REDIS_UNLOCK("b70c2384248f88e6b75b9f89241a180f856ad852", "php-redis session lock", 1) {
        @Override
        Reply run(SessionStore store, String key, List<byte[]> arguments) throws SessionException {
            return EditReply.of(store.edit(key, SessionEdit.removeIfEqual(arguments.getFirst())));
        }
    },
    /** The same. */
    REDIS_PY_RELEASE("c3f8721cbb97f72bc19e972846bd7aaf91901658", "redis-py Lock.release", 1) {
        @Override
        Reply run(SessionStore store, String key, List<byte[]> arguments) throws SessionException {
            return PHP_REDIS_UNLOCK.run(store, key, arguments);
        }
    },
    /** Gives the key a new time to live, in milliseconds, if it holds the token. */
    REDIS_PY_REACQUIRE("1cac51482acf5858da00f6d685d68f886cd6b6b2", "redis-py Lock.reacquire", 2) {
        @Override
        Reply run(SessionStore store, String key, List<byte[]> arguments) throws SessionException {
            Long millis = Numbers.parse(arguments.get(1));
            return millis == null
                    ? SetOptions.notANumber()
                    : EditReply.of(
                            store.edit(
                                    key, SessionEdit.expireIfEqual(arguments.getFirst(), millis)));
        }
    },
    /**
     * Counts a request in a window that begins with the first; the count and what is left of it.
     */
    RATE_LIMIT_HIT("895b92e1712734e1b464999be23953485475357b", "rate-limit-redis increment", 1) {
        @Override
        Reply run(SessionStore store, String key, List<byte[]> arguments) throws SessionException {
            Long millis = Numbers.parse(arguments.getFirst());
            if (millis == null || millis < 1) {
                return Reply.error("invalid expire time in 'set' command");
            }
            SessionStore.Edited edited = store.edit(key, SessionEdit.hit(millis));
            Reply count = EditReply.of(edited);
            long left = Math.max(1, edited.expiresAtMillis() - store.nowMillis());
            return count instanceof Reply.Whole
                    ? new Reply.Many(List.of(count, new Reply.Whole(left)))
                    : count;
        }
    },
    /** A count, and what is left of its window in milliseconds. */
    RATE_LIMIT_GET("6aeb97ed6086dcdeafdc6fda3999a0d0e38ec96a", "rate-limit-redis get", 0) {
        @Override
        Reply run(SessionStore store, String key, List<byte[]> arguments) throws SessionException {
            SessionValue found = store.find(key);
            if (found == null) {
                return new Reply.Many(List.of(Reply.NOTHING, new Reply.Whole(-2)));
            }
            if (found.kind() != SessionValue.Kind.TEXT) {
                throw new SessionException.WrongType();
            }
            long left = found.keptForMillis(store.nowMillis());
            return new Reply.Many(List.of(Reply.of(found.value()), new Reply.Whole(left)));
        }
    };

    private static final Map<String, Script> KNOWN =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(each -> each.sha1, e -> e));

    private final String sha1;
    private final String origin;
    private final int argumentsMin;

    Script(String sha1, String origin, int argumentsMin) {
        this.sha1 = sha1;
        this.origin = origin;
        this.argumentsMin = argumentsMin;
    }

    /** Does it on its one key. */
    abstract Reply run(SessionStore store, String key, List<byte[]> arguments)
            throws SessionException;

    String sha1() {
        return sha1;
    }

    /** Fewest arguments behind the key. */
    int argumentsMin() {
        return argumentsMin;
    }

    /** The script with this SHA-1, or null. */
    static @Nullable Script of(String sha1) {
        return KNOWN.get(sha1);
    }

    /** What is run, for a message. */
    static String origins() {
        return Stream.of(values()).map(each -> each.origin).collect(Collectors.joining(", "));
    }

    /** The script's name as Redis knows it, lower-case hexadecimal. */
    static String sha1(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
