package proa.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Whom a frontend believes, what servers are told of the client, and how its own answers look.
 *
 * @param trusted networks of proxies in front, whose word on the client is believed
 * @param proxyProtocol whether a trusted sender begins each connection with a PROXY header, version
 *     1 or 2
 * @param forwarded the fields that servers get; whatever of their kind a client sends is removed
 * @param errorPages bodies of answers that Proa gives itself
 * @param versions what is spoken with clients; inside TLS the client chooses, in clear its first
 *     bytes tell
 * @param http2 limits of HTTP/2
 * @param clientField the field in which trusted senders name the client: {@code X_FORWARDED_FOR} or
 *     {@code FORWARDED}; the other one, which they may pass on as a client wrote it, is not read
 */
public record HttpOptions(
        List<Network> trusted,
        boolean proxyProtocol,
        List<Forwarded> forwarded,
        List<ErrorPage> errorPages,
        List<Version> versions,
        Http2Options http2,
        Forwarded clientField) {

    public static final HttpOptions DEFAULTS =
            new HttpOptions(List.of(), false, List.of(Forwarded.X_FORWARDED_FOR), List.of());

    /** With HTTP/1.1 alone. */
    public HttpOptions(
            List<Network> trusted,
            boolean proxyProtocol,
            List<Forwarded> forwarded,
            List<ErrorPage> errorPages) {
        this(
                trusted,
                proxyProtocol,
                forwarded,
                errorPages,
                List.of(Version.HTTP_1_1),
                Http2Options.DEFAULTS);
    }

    /** With clients named in X-Forwarded-For. */
    public HttpOptions(
            List<Network> trusted,
            boolean proxyProtocol,
            List<Forwarded> forwarded,
            List<ErrorPage> errorPages,
            List<Version> versions,
            Http2Options http2) {
        this(
                trusted,
                proxyProtocol,
                forwarded,
                errorPages,
                versions,
                http2,
                Forwarded.X_FORWARDED_FOR);
    }

    public HttpOptions {
        trusted = List.copyOf(trusted);
        forwarded = List.copyOf(forwarded);
        errorPages = List.copyOf(errorPages);
        versions = List.copyOf(versions);
    }

    /** A version of HTTP. */
    public enum Version {
        HTTP_1_1("http/1.1"),
        HTTP_2("h2");

        private final String word;

        Version(String word) {
            this.word = word;
        }

        /** Its name in ALPN (RFC 7301) and in the configuration. */
        public String word() {
            return word;
        }
    }

    /** A field that tells a server about the client. */
    public enum Forwarded {
        X_FORWARDED_FOR,
        X_FORWARDED_PROTO,
        X_FORWARDED_HOST,
        X_FORWARDED_PORT,
        /** The standard form (RFC 7239). */
        FORWARDED
    }

    /**
     * What an answer of Proa's own with that status contains.
     *
     * @param status 400 to 599
     * @param file its body; the name's ending gives the media type
     */
    public record ErrorPage(int status, Path file) {}
}
