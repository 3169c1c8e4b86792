package proa.node.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.internal.tcnative.KeyLogCallback;
import io.netty.internal.tcnative.SSLContext;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Has BoringSSL tell the secrets of handshakes. Netty offers no such thing, its native part does,
 * for the number by which Netty knows a context. Stateless.
 */
final class KeyLogHook {

    private static final Logger LOG = LoggerFactory.getLogger(KeyLogHook.class);

    private static final @Nullable VarHandle CONTEXT = context();

    private KeyLogHook() {}

    private static @Nullable VarHandle context() {
        Class<?> owner = ReferenceCountedOpenSslContext.class;
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
                    .findVarHandle(owner, "ctx", long.class);
        } catch (ReflectiveOperationException | SecurityException e) {
            LOG.warn("TLS keys cannot be had from this version of Netty: {}", e.toString());
            return null;
        }
    }

    /**
     * Tells the callback of every handshake from now on. A context has one, for good: it may be
     * called by an event loop at any time, so it must not be taken away again.
     *
     * @return whether this context can
     */
    static boolean tell(SslContext context, KeyLogCallback callback) {
        return CONTEXT != null
                && context instanceof ReferenceCountedOpenSslContext own
                && SSLContext.setKeyLogCallback((long) CONTEXT.get(own), callback);
    }
}
