package proa.node.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which implementation of TLS carries the traffic. */
final class Provider {

    private static final Logger LOG = LoggerFactory.getLogger(Provider.class);

    /** BoringSSL where its native library can be loaded, else the Java runtime. */
    static final SslProvider CHOSEN = choose();

    private Provider() {}

    private static SslProvider choose() {
        if (OpenSsl.isAvailable()) {
            return SslProvider.OPENSSL_REFCNT;
        }
        LOG.warn(
                "BoringSSL cannot be loaded ({}): TLS is the Java runtime's, several times as slow,"
                        + " and sessions are resumed only on the node where they began",
                String.valueOf(OpenSsl.unavailabilityCause()));
        return SslProvider.JDK;
    }
}
