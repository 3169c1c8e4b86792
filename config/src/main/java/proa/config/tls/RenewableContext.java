package proa.config.tls;

import java.security.SecureRandom;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A context that another one can take the place of while it is in use. A connection goes on with
 * what it began with; whatever asks for a socket factory or an engine afterwards gets the new one,
 * which resumes no session of the old: there the old certificate would have been judged, by old
 * authorities. Safe from any thread.
 */
public final class RenewableContext extends SSLContext {

    private final Delegate delegate;

    /**
     * Begins with a context.
     *
     * @param first in use until {@link #replace}
     */
    public RenewableContext(SSLContext first) {
        this(new Delegate(first), first);
    }

    private RenewableContext(Delegate delegate, SSLContext first) {
        super(delegate, first.getProvider(), first.getProtocol());
        this.delegate = delegate;
    }

    /** From now on new connections are made with this. */
    public void replace(SSLContext next) {
        delegate.current = next;
    }

    private static final class Delegate extends SSLContextSpi {

        private volatile SSLContext current;

        private Delegate(SSLContext first) {
            current = first;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
            throw new IllegalStateException("a context takes its place, it is not changed");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return current.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return current.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return current.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return current.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return current.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return current.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return current.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return current.getSupportedSSLParameters();
        }
    }
}
