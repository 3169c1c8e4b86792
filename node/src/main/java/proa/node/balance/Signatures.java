package proa.node.balance;

import proa.config.StickyCookie.Secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of texts: HMAC-SHA-256 (RFC 2104) over cookie, backend and text, cut to 128 bits (§5
 * there), in Base64url. All secrets are accepted, the first one signs. Any thread.
 *
 * <p>The texts that occur all the time, servers' names, are signed in advance: checking one is a
 * comparison.
 */
final class Signatures {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;

    private final List<Mac> macs;
    private final byte[] context;
    private final Map<String, byte[][]> known = new HashMap<>();

    Signatures(List<Secret> secrets, String cookie, String backend, List<String> inAdvance) {
        macs = secrets.stream().map(Signatures::mac).toList();
        context = (cookie + "\0" + backend + "\0").getBytes(StandardCharsets.UTF_8);
        inAdvance.forEach(text -> known.put(text, all(text)));
    }

    private static Mac mac(Secret secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            byte[] key = secret.text().getBytes(StandardCharsets.UTF_8);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** The signature of a text. */
    String of(String text) {
        byte[][] prepared = known.get(text);
        byte[] first = prepared == null ? signature(macs.getFirst(), text) : prepared[0];
        return new String(first, StandardCharsets.ISO_8859_1);
    }

    /** Whether it is a signature of the text by any of the secrets. */
    boolean fits(String text, String signature) {
        byte[] offered = signature.getBytes(StandardCharsets.ISO_8859_1);
        byte[][] prepared = known.get(text);
        for (byte[] right : prepared == null ? all(text) : prepared) {
            if (MessageDigest.isEqual(right, offered)) {
                return true;
            }
        }
        return false;
    }

    private byte[][] all(String text) {
        byte[][] signatures = new byte[macs.size()][];
        Arrays.setAll(signatures, at -> signature(macs.get(at), text));
        return signatures;
    }

    /** A Mac is not for two threads, so each works with its own copy. */
    private byte[] signature(Mac prepared, String text) {
        try {
            Mac mac = (Mac) prepared.clone();
            mac.update(context);
            byte[] whole = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encode(Arrays.copyOf(whole, BYTES));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's " + ALGORITHM + " can be copied", e);
        }
    }
}
