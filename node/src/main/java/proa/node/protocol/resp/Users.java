package proa.node.protocol.resp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who may use the session store: lines of {@code user:hash}, {@code user:hash:access} or {@code
 * user:hash:access:prefix,prefix} as {@link Rights} reads them, where {@code #} begins a comment.
 * Safe from any thread.
 *
 * <p>Checking a password costs a tenth of a second of one core on purpose, one at a time; what was
 * right once is remembered as a keyed digest, so that the second connection of an application costs
 * nothing.
 */
public final class Users {

    /** Whom the one-word AUTH means. */
    public static final String DEFAULT = "default";

    /** Nobody is listed: everybody may act. */
    public static final Users NONE = new Users(Map.of(), Map.of(), Rights.DEFAULT);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final String DIGEST = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final Map<String, PasswordHash> hashes;
    private final Map<String, Rights> rights;
    private final Rights unnamed;
    private final Map<String, byte[]> rightBefore = new ConcurrentHashMap<>();
    private final SecretKeySpec processKey;

    /** Guessing cannot take more than one core. */
    private final Semaphore oneAtATime = new Semaphore(1, true);

    /** Guarded by the semaphore. */
    private long fullChecks;

    private Users(Map<String, PasswordHash> hashes, Map<String, Rights> rights, Rights unnamed) {
        this.hashes = Map.copyOf(hashes);
        this.rights = Map.copyOf(rights);
        this.unnamed = unnamed;
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        processKey = new SecretKeySpec(key, DIGEST);
    }

    /** Nobody is listed: everybody may read keys that begin so, and do nothing else. */
    public static Users readersOf(String prefix) {
        return new Users(Map.of(), Map.of(), new Rights(Rights.Access.READ, List.of(prefix)));
    }

    /** The file is not of this form. */
    public static final class UsersException extends Exception {
        private static final long serialVersionUID = 1L;

        /** What is wrong, with its line. */
        public UsersException(String message) {
            super(message);
        }
    }

    /**
     * Reads the lines of a users file.
     *
     * @param file its name, for messages
     * @throws UsersException naming the line that is wrong
     */
    public static Users read(String file, List<String> lines) throws UsersException {
        Map<String, PasswordHash> hashes = new HashMap<>();
        Map<String, Rights> rights = new HashMap<>();
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (at + 1) + ": ";
            String[] parts = line.split(":", 3);
            String name = parts[0];
            if (parts.length < 2 || !isName(name)) {
                throw new UsersException(
                        place + "expected user:hash (write it with: proa users add)");
            }
            if (hashes.put(name, hash(parts[1], place)) != null) {
                throw new UsersException(place + "this user is listed twice");
            }
            if (parts.length == 3) {
                rights.put(name, rights(parts[2], place));
            }
        }
        if (hashes.isEmpty()) {
            throw new UsersException(file + ": lists no user");
        }
        return new Users(hashes, rights, Rights.DEFAULT);
    }

    private static PasswordHash hash(String text, String place) throws UsersException {
        return PasswordHash.parse(text)
                .orElseThrow(
                        () ->
                                new UsersException(
                                        place
                                                + "not a password hash (write it with: proa users"
                                                + " add)"));
    }

    private static Rights rights(String text, String place) throws UsersException {
        return Rights.parse(text)
                .orElseThrow(
                        () ->
                                new UsersException(
                                        place
                                                + "expected read, write or admin behind the hash,"
                                                + " and perhaps prefixes: write:shop:,cart:"));
    }

    /** What a listed user may do; one without rights of their own may read and write. */
    Rights rights(String user) {
        return rights.getOrDefault(user, Rights.DEFAULT);
    }

    /** What those may do who have not said who they are, where they need not. */
    Rights unnamed() {
        return unnamed;
    }

    /**
     * Whether a user may be called that: 1 to 64 letters, digits, dots, dashes, underscores, at.
     */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether this may stand behind a hash. */
    public static boolean areRights(String text) {
        return Rights.parse(text).isPresent();
    }

    /** Whether nobody needs a password. */
    public boolean isEmpty() {
        return hashes.isEmpty();
    }

    /** How often a password was checked at full cost. */
    long fullChecks() {
        oneAtATime.acquireUninterruptibly();
        try {
            return fullChecks;
        } finally {
            oneAtATime.release();
        }
    }

    /** Whether this is a listed user's password. Takes its time; call it on a virtual thread. */
    public boolean accept(String user, byte[] password) {
        byte[] digest = digest(user, password);
        return wasRight(user, digest) || check(user, password, digest);
    }

    private boolean wasRight(String user, byte[] digest) {
        byte[] before = rightBefore.get(user);
        return before != null && MessageDigest.isEqual(before, digest);
    }

    private boolean check(String user, byte[] password, byte[] digest) {
        oneAtATime.acquireUninterruptibly();
        try {
            // After a failover all connections of an application log in at once: one pays.
            if (wasRight(user, digest)) {
                return true;
            }
            fullChecks++;
            // A name that is not listed takes as long as one that is.
            PasswordHash hash = hashes.getOrDefault(user, PasswordHash.NOBODY);
            boolean right = hash.matches(password) && hashes.containsKey(user);
            if (right) {
                rightBefore.put(user, digest);
            }
            return right;
        } finally {
            oneAtATime.release();
        }
    }

    private byte[] digest(String user, byte[] password) {
        try {
            Mac mac = Mac.getInstance(DIGEST);
            mac.init(processKey);
            mac.update(user.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
