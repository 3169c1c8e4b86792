package proa.node.exchange;

import proa.config.TlsFact;

/** What a TLS handshake that ended here has told of a client. On the connection's event loop. */
public interface Handshake {

    /** Whether the client has shown a certificate, and an authority of the frontend signed it. */
    boolean certified();

    /** The fact, or empty. */
    String of(TlsFact fact);
}
