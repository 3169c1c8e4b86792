package proa.config;

import java.util.List;

/**
 * A text with values of the request in it, written {@code %{src}}.
 *
 * @param parts in order
 */
public record Template(List<Part> parts) {

    public Template {
        parts = List.copyOf(parts);
    }

    /** A text without values. */
    public static Template of(String text) {
        return new Template(List.of(new Part.Literal(text)));
    }

    /** A piece of the text. */
    public sealed interface Part {
        /** As written. */
        record Literal(String text) implements Part {}

        /**
         * A value of the request, empty when it has none.
         *
         * @param name of the header, cookie or parameter; empty for the others
         */
        record Value(Variable of, String name) implements Part {}
    }

    /** What can stand in {@code %{…}}. */
    public enum Variable {
        /** The client's resolved address. */
        SRC,
        /** The address the client connected to. */
        DST,
        /** The port the client connected to. */
        DST_PORT,
        /** {@code http} or {@code https}. */
        SCHEME,
        /** The server name that a TLS client asked for. */
        SNI,
        /** What TLS tells of the client, see {@link TlsFact}. */
        TLS_VERSION,
        TLS_CIPHER,
        CERTIFICATE_SUBJECT,
        CERTIFICATE_ISSUER,
        CERTIFICATE_SERIAL,
        CERTIFICATE_FINGERPRINT,
        METHOD,
        /** Host without port, lower case. */
        HOST,
        /** Path without query, as sent. */
        PATH,
        /** What follows the question mark, as sent. */
        QUERY,
        /** The first field of that name. */
        HEADER,
        /** The first cookie of that name. */
        COOKIE,
        /** The first parameter of that name, decoded. */
        PARAMETER
    }
}
