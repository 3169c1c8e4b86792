package proa.chaos.bench.program;

import java.nio.file.Path;

/**
 * What a balancer is to do: the same of each.
 *
 * @param mode how it looks at what it carries
 * @param certificate PEM file with certificate and key that it answers with
 * @param bulk long streams of bytes: everybody may use what it has for them
 */
public record Service(Mode mode, Path certificate, boolean bulk) {

    /** How a balancer looks at what it carries. */
    public enum Mode {
        HTTP,
        HTTPS,
        /** Inside TLS, agreed on by ALPN. */
        HTTP2,
        TCP
    }

    boolean isTcp() {
        return mode == Mode.TCP;
    }

    boolean isHttp2() {
        return mode == Mode.HTTP2;
    }

    boolean isSecured() {
        return mode == Mode.HTTPS || mode == Mode.HTTP2;
    }
}
