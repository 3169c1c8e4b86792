package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.BackendConfig.Sticky;
import proa.config.BackendTls;
import proa.config.BackendTls.Verify;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.config.HttpOptions.Version;
import proa.config.TlsVersion;
import proa.node.balance.Pool;
import proa.node.balance.Pools;
import proa.node.listener.Listener;
import proa.node.listener.Protocol;
import proa.node.tls.FrontendSecurity;
import proa.node.tls.ServerSecurity;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the warm-up sends its requests through: proxies on loopback in front of a listener of ours,
 * which between them speak as configured frontends do with their clients. The requests come in
 * clear and in HTTP/1.1; both sides of a handshake, and of HTTP/2, are ours.
 */
final class OwnPaths {

    /** Whom we speak to is ourselves. */
    private static final BackendTls ANYBODY =
            new BackendTls(
                    Verify.NONE, List.of(), Optional.empty(), Optional.empty(), TlsVersion.TLS_1_2);

    /** Requests to a proxy at that address; how many were answered. */
    interface Requests {
        int send(InetSocketAddress proxy) throws IOException;
    }

    /** What a frontend of sessions speaks. */
    interface Speaking {
        Protocol as(FrontendConfig frontend) throws StartException;
    }

    private final OwnTraffic own;
    private final Consumer<Runnable> afterTurn;

    /**
     * Paths to our own answers.
     *
     * @param afterTurn runs something once every event loop has finished what it does now
     */
    OwnPaths(OwnTraffic own, Consumer<Runnable> afterTurn) {
        this.own = own;
        this.afterTurn = afterTurn;
    }

    /** In clear. */
    int clear(Mode mode, Pool backend, Requests requests) throws IOException {
        return through(own.proxy(mode, backend), requests);
    }

    private int through(Listener proxy, Requests requests) throws IOException {
        try {
            return requests.send(proxy.address());
        } finally {
            own.end(proxy);
        }
    }

    /**
     * With the certificate, versions and suites of a frontend.
     *
     * @param handshakes one for each of them
     * @param requests on connections that are kept
     */
    int secured(FrontendTls tls, Requests handshakes, Requests requests) throws IOException {
        return inTls(
                tls,
                own::secured,
                (answering, servers) ->
                        toSecured(answering, 0, servers, handshakes)
                                + toSecured(
                                        answering,
                                        BackendConfig.IDLE_CONNECTIONS_DEFAULT,
                                        servers,
                                        requests));
    }

    /**
     * Likewise around a stream, which is passed on in clear.
     *
     * @param backend our own answers
     * @param handshakes one for each of them
     */
    int securedStreams(FrontendTls tls, Pool backend, Requests handshakes) throws IOException {
        return inTls(
                tls,
                security -> own.securedStream(security, backend),
                (answering, servers) -> toSecured(answering, 0, servers, handshakes));
    }

    /** Opens a listener with these certificates. */
    private interface Opening {
        Listener with(FrontendSecurity clients) throws IOException;
    }

    /** What is asked of it. */
    private interface Asking {
        int of(Listener answering, ServerSecurity servers) throws IOException;
    }

    private int inTls(FrontendTls tls, Opening opening, Asking asking) throws IOException {
        FrontendSecurity clients =
                FrontendSecurity.ofOurOwn(OwnTraffic.NAME, tls, InstantSource.system(), afterTurn);
        try {
            ServerSecurity servers = ServerSecurity.open(OwnTraffic.NAME, ANYBODY, afterTurn);
            Listener answering = opening.with(clients);
            try {
                return asking.of(answering, servers);
            } finally {
                own.end(answering);
                servers.release();
            }
        } finally {
            clients.release();
        }
    }

    private int toSecured(
            Listener answering, int idleMax, ServerSecurity servers, Requests requests)
            throws IOException {
        Pool pool = pool(OwnTraffic.backend(answering.address(), idleMax).with(ANYBODY));
        pool.servers().forEach(server -> server.secure(servers));
        return clear(Mode.HTTP, pool, requests);
    }

    /** By rules, with clients that stick by a cookie. */
    int ruled(Requests requests) throws IOException {
        BackendConfig backend =
                OwnTraffic.backend(
                        own.address(),
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT,
                        new Sticky.Cookie("SERVERID"));
        return through(own.ruled(pool(backend)), requests);
    }

    /** Each connection to our own answers begins with a PROXY header. */
    int announced(Mode mode, Requests requests) throws IOException {
        Listener answering = own.announced();
        try {
            BackendConfig backend = OwnTraffic.backend(answering.address(), 0);
            return clear(mode, pool(backend.with(ProxyProtocol.V2)), requests);
        } finally {
            own.end(answering);
        }
    }

    /** What becomes a tunnel. */
    int upgraded(Requests requests) throws IOException {
        return toEcho(StreamEcho.upgrading(), pool -> own.proxy(Mode.HTTP, pool), requests);
    }

    /** Handshakes that are passed on by the server's name. */
    int peeked(Requests hellos) throws IOException {
        return toEcho(StreamEcho.plain(), own::peeking, hellos);
    }

    /** Streams of which the kernel passes on what is long. */
    int bulk(Requests streams) throws IOException {
        return toEcho(StreamEcho.plain(), own::bulk, streams);
    }

    /** Opens a proxy in front of a backend. */
    private interface Fronting {
        Listener of(Pool backend) throws IOException;
    }

    private int toEcho(StreamEcho echo, Fronting fronting, Requests requests) throws IOException {
        Listener server = own.echo(echo);
        try {
            BackendConfig backend = OwnTraffic.backend(server.address(), 0);
            return through(fronting.of(pool(backend)), requests);
        } finally {
            own.end(server);
        }
    }

    /** In HTTP/2. */
    int ofHttp2(Requests requests) throws IOException {
        Listener answering = own.ofHttp2();
        try {
            BackendConfig backend =
                    OwnTraffic.backend(answering.address(), BackendConfig.IDLE_CONNECTIONS_DEFAULT);
            return clear(Mode.HTTP, pool(backend.with(Version.HTTP_2)), requests);
        } finally {
            own.end(answering);
        }
    }

    /** Datagrams, which come back. */
    int ofDatagrams(Requests requests) throws IOException {
        Listener echo = own.echo();
        try {
            BackendConfig backend =
                    OwnTraffic.backend(echo.address(), BackendConfig.IDLE_CONNECTIONS_DEFAULT);
            return clear(Mode.UDP, pool(backend), requests);
        } finally {
            own.end(echo);
        }
    }

    /** Commands to the session store. */
    int ofSessions(Speaking sessions, Requests commands) throws IOException, StartException {
        Listener listener = own.ofSessions(sessions);
        try {
            return commands.send(listener.address());
        } finally {
            own.end(listener);
        }
    }

    private static Pool pool(BackendConfig backend) {
        return new Pools(
                        List.of(backend),
                        table -> {
                            throw new IllegalStateException("no table " + table);
                        },
                        System::nanoTime,
                        1,
                        InstantSource.system())
                .pool(backend.name());
    }
}
