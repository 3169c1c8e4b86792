package proa.node.message;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The fields that decide how a message is framed or passed on. */
enum Field {
    TE("te"),
    HOST("host"),
    COOKIE("cookie"),
    EXPECT("expect"),
    FORWARDED("forwarded"),
    UPGRADE("upgrade"),
    CONNECTION("connection"),
    KEEP_ALIVE("keep-alive"),
    CONTENT_LENGTH("content-length"),
    HTTP2_SETTINGS("http2-settings"),
    X_FORWARDED_FOR("x-forwarded-for"),
    X_FORWARDED_HOST("x-forwarded-host"),
    X_FORWARDED_PORT("x-forwarded-port"),
    X_FORWARDED_PROTO("x-forwarded-proto"),
    PROXY_CONNECTION("proxy-connection"),
    TRANSFER_ENCODING("transfer-encoding"),
    /** Of no interest here. */
    OTHER(""),
    /** Named by Connection: meant for us alone. */
    DROPPED("");

    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] lowerCase;

    Field(String name) {
        this.lowerCase = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Which field the name in these bytes is, whatever its case (RFC 9110 §5.1). A name with an
     * underscore for a hyphen is taken for the field, so that it can be refused.
     */
    static Field of(byte[] bytes, int from, int to) {
        return switch (to - from) {
            case 2 -> TE.ifNamed(bytes, from);
            case 4 -> HOST.ifNamed(bytes, from);
            case 6 -> either(COOKIE, EXPECT, bytes, from);
            case 7 -> UPGRADE.ifNamed(bytes, from);
            case 9 -> FORWARDED.ifNamed(bytes, from);
            case 10 -> either(CONNECTION, KEEP_ALIVE, bytes, from);
            case 14 -> either(CONTENT_LENGTH, HTTP2_SETTINGS, bytes, from);
            case 15 -> X_FORWARDED_FOR.ifNamed(bytes, from);
            case 16 -> ofSixteen(bytes, from);
            case 17 -> either(TRANSFER_ENCODING, X_FORWARDED_PROTO, bytes, from);
            default -> OTHER;
        };
    }

    private static Field ofSixteen(byte[] bytes, int from) {
        Field field = either(PROXY_CONNECTION, X_FORWARDED_HOST, bytes, from);
        return field == OTHER ? X_FORWARDED_PORT.ifNamed(bytes, from) : field;
    }

    private static Field either(Field one, Field other, byte[] bytes, int from) {
        return one.ifNamed(bytes, from) == one ? one : other.ifNamed(bytes, from);
    }

    private Field ifNamed(byte[] bytes, int from) {
        return Ascii.matches(bytes, from, lowerCase) ? this : OTHER;
    }
}
