package proa.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * TLS with the clients of a frontend.
 *
 * @param certificates chosen by the name a client asks for (SNI, RFC 6066 §3); the first also for
 *     every other name; at least one
 * @param minVersion clients that cannot do it are refused; default TLS 1.2
 * @param ciphers what is offered in TLS 1.2, most preferred first
 * @param alpn protocols offered by ALPN (RFC 7301), most preferred first; empty: no ALPN
 * @param clients whose certificates are asked for; empty: nobody's
 * @param tickets how a session is resumed
 * @param handshakes what a client may not exceed before it has proved itself
 */
public record FrontendTls(
        List<Identity> certificates,
        TlsVersion minVersion,
        List<TlsCipher> ciphers,
        List<String> alpn,
        Optional<Clients> clients,
        Tickets tickets,
        Handshakes handshakes) {

    public FrontendTls {
        certificates = List.copyOf(certificates);
        ciphers = List.copyOf(ciphers);
        alpn = List.copyOf(alpn);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("at least one certificate");
        }
    }

    /**
     * A certificate with its key.
     *
     * @param certificate PEM, the certificate, then any intermediate
     * @param key PEM, its private key; the same file when that is a bundle
     * @param ocsp DER, what its authority says of it (RFC 6960), shown to clients that ask (RFC
     *     6066 §8); empty: they learn nothing
     */
    public record Identity(Path certificate, Path key, Optional<Path> ocsp) {

        /** An identity of which no authority says anything. */
        public Identity(Path certificate, Path key) {
            this(certificate, key, Optional.empty());
        }
    }

    /**
     * Certificates of clients.
     *
     * @param authorities PEM files of those who sign them
     * @param require whether a client without one is refused; one that is shown must be good either
     *     way
     */
    public record Clients(List<Path> authorities, boolean require) {
        public Clients {
            authorities = List.copyOf(authorities);
        }
    }

    /**
     * Session tickets (RFC 5077, RFC 8446 §4.6.1). Their keys are computed from a secret and the
     * time, so that nodes with the same secret have the same keys without a message.
     *
     * @param secret file that all nodes have; empty: the members make a secret and tell each other
     *     by mutual TLS; where they speak in clear, or there are none, each process has its own,
     *     and a session is resumed only where it began
     * @param rotate how long a key makes tickets; 10 min to 7 d; default 12 h; those of one period
     *     before and after are still understood
     */
    public record Tickets(Optional<Path> secret, Duration rotate) {
        public static final Tickets DEFAULTS = new Tickets(Optional.empty(), Duration.ofHours(12));
    }

    /**
     * Limits of handshakes.
     *
     * @param timeout from the connection to the end of the handshake; 100 ms to 5 min; default 10 s
     * @param openMax unfinished handshakes on one event loop; another ends the oldest; 1 to
     *     100,000; default 1,000
     */
    public record Handshakes(Duration timeout, int openMax) {
        public static final Handshakes DEFAULTS = new Handshakes(Duration.ofSeconds(10), 1_000);
    }
}
