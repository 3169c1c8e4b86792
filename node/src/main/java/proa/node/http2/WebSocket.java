package proa.node.http2;

import org.jspecify.annotations.Nullable;

import proa.node.message.ResponseHead;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * The opening handshake of WebSocket (RFC 6455 §4) between HTTP/1.1, which has a key and an answer
 * to it, and HTTP/2, which has neither (RFC 8441 §5).
 */
public final class WebSocket {

    /** The name in Upgrade and in {@code :protocol}. */
    public static final String NAME = "websocket";

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private WebSocket() {}

    /** A new key for a server: 16 random bytes in Base64 (RFC 6455 §4.1). */
    static String key(RandomGenerator random) {
        byte[] nonce = new byte[KEY_BYTES];
        ByteBuffer.wrap(nonce).putLong(random.nextLong()).putLong(random.nextLong());
        return Base64.getEncoder().encodeToString(nonce);
    }

    /** Whether a client's key is one: sixteen bytes in Base64. */
    public static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** What answers a key (RFC 6455 §4.2.2). */
    public static String accept(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            byte[] hash = digest.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /**
     * What is wrong with a server's final answer to a handshake, or null. Refusing is its right;
     * but a success without the change of protocol would be taken for that change in HTTP/2.
     */
    public static @Nullable String wrong(ResponseHead answer, String key) {
        if (answer.status() == 101) {
            boolean same =
                    answer.headerIs("upgrade", NAME)
                            && accept(key).equals(answer.header("sec-websocket-accept"));
            return same ? null : "the server's answer to the WebSocket handshake is wrong";
        }
        boolean success = answer.status() >= 200 && answer.status() < 300;
        return success ? "the server did not change to WebSocket" : null;
    }
}
