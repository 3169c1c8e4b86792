package proa.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One listener and what happens to what arrives there.
 *
 * @param name unique within the file; the {@code frontend} label of every metric
 * @param bind where it listens
 * @param mode what it speaks
 * @param rules applied in the order written, before routing ({@code HTTP} only)
 * @param routes the first whose condition holds names the backend; the last one has none ({@code
 *     HTTP}, {@code TCP} and {@code UDP})
 * @param allow networks that may connect; empty: everybody
 * @param users file of {@code user:password-hash} lines for {@code SESSIONS}; empty: no
 *     authentication
 * @param timeouts silence limits towards clients
 * @param limits sizes and numbers that a client may not exceed
 * @param http whom it believes, what servers are told of the client, and how its own answers look
 * @param tls how connections are secured; empty: in clear
 * @param udp what makes a session of {@code UDP}
 * @param forwarding who carries what arrives; {@code TCP} and {@code UDP} may leave it to the
 *     kernel
 * @param nat what the kernel does for connections that it translates; with {@code NAT} alone
 * @param profile what {@code TCP} connections are expected to carry
 * @param records what is written down of its traffic
 */
public record FrontendConfig(
        String name,
        Bind bind,
        Mode mode,
        List<Rule> rules,
        List<Route> routes,
        List<Network> allow,
        Optional<Path> users,
        Timeouts timeouts,
        Limits limits,
        HttpOptions http,
        Optional<FrontendTls> tls,
        UdpOptions udp,
        Forwarding forwarding,
        NatOptions nat,
        Profile profile,
        RecordOptions records) {

    public FrontendConfig {
        rules = List.copyOf(rules);
        routes = List.copyOf(routes);
        allow = List.copyOf(allow);
    }

    /** A frontend that the node carries. */
    public FrontendConfig(
            String name,
            Bind bind,
            Mode mode,
            List<Rule> rules,
            List<Route> routes,
            List<Network> allow,
            Optional<Path> users,
            Timeouts timeouts,
            Limits limits,
            HttpOptions http,
            Optional<FrontendTls> tls,
            UdpOptions udp) {
        this(
                name,
                bind,
                mode,
                rules,
                routes,
                allow,
                users,
                timeouts,
                limits,
                http,
                tls,
                udp,
                Forwarding.PROXY,
                NatOptions.NONE,
                Profile.INTERACTIVE,
                RecordOptions.NONE);
    }

    /**
     * A frontend in clear whose senders are believed nothing and whose answers are the plain ones.
     */
    public FrontendConfig(
            String name,
            Bind bind,
            Mode mode,
            List<Rule> rules,
            List<Route> routes,
            List<Network> allow,
            Optional<Path> users,
            Timeouts timeouts,
            Limits limits) {
        this(
                name,
                bind,
                mode,
                rules,
                routes,
                allow,
                users,
                timeouts,
                limits,
                HttpOptions.DEFAULTS,
                Optional.empty(),
                UdpOptions.DEFAULTS,
                Forwarding.PROXY,
                NatOptions.NONE,
                Profile.INTERACTIVE,
                RecordOptions.NONE);
    }

    /** Whether the kernel answers beginnings of connections with cookies. */
    public Optional<SynProxy> synProxy() {
        return nat.synProxy();
    }

    /** The same with TLS. */
    public FrontendConfig with(FrontendTls secured) {
        return new FrontendConfig(
                name,
                bind,
                mode,
                rules,
                routes,
                allow,
                users,
                timeouts,
                limits,
                http,
                Optional.of(secured),
                udp,
                forwarding,
                nat,
                profile,
                records);
    }

    /** The same with other sessions of datagrams. */
    public FrontendConfig with(UdpOptions other) {
        return with(other, forwarding);
    }

    /** The same carried by somebody else. */
    public FrontendConfig with(Forwarding other) {
        return with(udp, other);
    }

    private FrontendConfig with(UdpOptions datagrams, Forwarding by) {
        return new FrontendConfig(
                name, bind, mode, rules, routes, allow, users, timeouts, limits, http, tls,
                datagrams, by, nat, profile, records);
    }

    /** The same for connections that carry something else. */
    public FrontendConfig with(Profile other) {
        return new FrontendConfig(
                name,
                bind,
                mode,
                rules,
                routes,
                allow,
                users,
                timeouts,
                limits,
                http,
                tls,
                udp,
                forwarding,
                nat,
                other,
                records);
    }

    /** The same with other records of its traffic. */
    public FrontendConfig with(RecordOptions other) {
        return new FrontendConfig(
                name,
                bind,
                mode,
                rules,
                routes,
                allow,
                users,
                timeouts,
                limits,
                http,
                tls,
                udp,
                forwarding,
                nat,
                profile,
                other);
    }

    /** What the connections of a {@code TCP} frontend are expected to carry. */
    public enum Profile {
        /** Questions and answers; every byte is copied once, with few system calls. */
        INTERACTIVE,
        /** Long streams; what is long is passed on inside the kernel. */
        BULK
    }

    /** Who carries what arrives. */
    public enum Forwarding {
        /** The node: it ends the client's connection and makes its own to a server. */
        PROXY,
        /** The kernel, which translates addresses and remembers connections. */
        NAT,
        /** The kernel, which rewrites addresses packet by packet and remembers nothing. */
        STATELESS,
        /**
         * The kernel, which passes packets on to the server's hardware address as they are. The
         * server has the floating address too, without answering for it, and answers the client
         * directly.
         */
        DSR;

        /** Whether packets never reach the node. */
        public boolean byKernel() {
            return this != PROXY;
        }

        /** Whether servers answer by way of the owner. */
        public boolean returns() {
            return this == NAT || this == STATELESS;
        }

        /** Whether servers are sent to the port that clients come to. */
        public boolean keepsPort() {
            return this == STATELESS || this == DSR;
        }
    }

    /** What a listener speaks. */
    public enum Mode {
        HTTP,
        TCP,
        /** Datagrams; those of one address and port are a session. */
        UDP,
        /** The Redis protocol, served from the cluster's session store. */
        SESSIONS;

        /** Whether bytes are passed on whatever they are: there are no requests. */
        public boolean plain() {
            return this == TCP || this == UDP;
        }
    }

    /** Where a frontend listens. */
    public sealed interface Bind {
        /** TCP or UDP port, 1 to 65535. */
        int port();

        /** On a floating address: bound at start with {@code IP_FREEBIND}, whoever owns it. */
        record Floating(String group, String vip, int port) implements Bind {}

        /** On a fixed address of this machine ({@code 0.0.0.0} or {@code ::} for all). */
        record Fixed(java.net.InetAddress address, int port) implements Bind {}
    }

    /** One step of the rule list. */
    public sealed interface Rule {
        /** The condition under which it applies; {@link Condition.Always} when none was written. */
        Condition when();

        /**
         * Counts the request in a table under the table's key.
         *
         * @param by part of the request that is the key; empty in a table on addresses
         */
        record Track(Condition when, String table, Optional<SpreadingConfig.HashKey> by)
                implements Rule {
            /** In a table on addresses. */
            public Track(Condition when, String table) {
                this(when, table, Optional.empty());
            }
        }

        /**
         * Counts the request if a limit on its key allows it, and refuses it otherwise.
         *
         * @param by part of the request that is the key; empty in a table on addresses
         * @param limit what is allowed
         * @param headers whether clients are told what is left of it
         * @param status what refused ones hear, 400 to 599
         */
        record Limit(
                Condition when,
                Optional<SpreadingConfig.HashKey> by,
                RateLimit limit,
                boolean headers,
                int status)
                implements Rule {}

        /** Adds to a counter of the operator's own, for the key the request is tracked by. */
        record Count(Condition when, String table, String counter, long by) implements Rule {}

        /** Sets a tag, for the key the request is tracked by. */
        record Tag(Condition when, String table, String tag, long value) implements Rule {}

        /** Answers with this status, 400 to 599, and an explanation; nothing reaches a server. */
        record Deny(Condition when, int status) implements Rule {}

        /** Changes header fields on the way to the server or to the client. */
        record Edit(Condition when, Side side, List<HeaderEdit> edits) implements Rule {
            public Edit {
                edits = List.copyOf(edits);
            }
        }

        /** Replaces the beginning of the path; a path that begins otherwise stays. */
        record RewritePrefix(Condition when, String prefix, String with) implements Rule {}

        /**
         * Replaces what a regular expression finds first; what it does not find in stays.
         *
         * @param query whether it works on the query instead of the path
         * @param pattern RE2 syntax
         * @param with the replacement; {@code $1} stands for the first group
         */
        record RewriteMatch(Condition when, boolean query, String pattern, String with)
                implements Rule {}

        /**
         * Sends the client elsewhere.
         *
         * @param scheme {@code http} or {@code https}; empty: the request's
         * @param host with a port if need be; empty: the request's
         * @param path path and query; empty: the request's
         * @param status 301, 302, 303, 307 or 308
         */
        record Redirect(
                Condition when,
                Optional<String> scheme,
                Optional<Template> host,
                Optional<Template> path,
                int status)
                implements Rule {}

        /**
         * Answers with a fixed response.
         *
         * @param status 200 to 599
         * @param type media type of the body
         * @param body the body; at most 64 KiB
         */
        record Respond(Condition when, int status, String type, String body) implements Rule {}

        /** Holds the client for a while, then answers like {@link Deny}. */
        record Tarpit(Condition when, Duration delay, int status) implements Rule {}

        /** Ends the connection without a byte. */
        record Drop(Condition when) implements Rule {}
    }

    /**
     * A limit over all nodes on what a key may do within the window of a counter.
     *
     * @param table the table's name
     * @param counter the counter's name; it has a rate
     * @param to most within the window, 1 or more
     * @param mode how exactly it is kept
     * @param onPartition what a part of a split cluster allows; {@link OnPartition#SHARE} if strict
     */
    public record RateLimit(
            String table, String counter, long to, LimitMode mode, OnPartition onPartition) {}

    /** How exactly a limit is kept. */
    public enum LimitMode {
        /** By what each node knows at that moment. */
        APPROXIMATE,
        /** Never above it: by what each node has of it or was given by another. */
        STRICT
    }

    /** What each part of a split cluster allows. */
    public enum OnPartition {
        /** The whole limit. */
        EACH,
        /** As much of it as it has of the configured nodes. */
        SHARE
    }

    /** Which way a message goes. */
    public enum Side {
        REQUEST,
        RESPONSE
    }

    /** Where requests go when a condition holds. */
    public record Route(Condition when, String backend) {}

    /**
     * Silence limits towards clients, each 1 ms to 24 h unless said otherwise.
     *
     * @param request from the first byte of a request head to its end (slowloris guard); default 10
     *     s
     * @param keepAlive between requests on one connection; default 60 s
     * @param client no byte from or to the client during a request, a TCP connection or a UDP
     *     session; default 50 s
     * @param tunnel no byte in either direction after an upgrade; default 1 h
     * @param clientFin no byte of a client that has nothing more to hear of us: after our last
     *     answer ({@code HTTP}; empty: 2 s), or once one side of a TCP connection has ended its
     *     direction (empty: {@code client})
     */
    public record Timeouts(
            Duration request,
            Duration keepAlive,
            Duration client,
            Duration tunnel,
            Optional<Duration> clientFin) {
        private static final Duration LINGER_DEFAULT = Duration.ofSeconds(2);

        public static final Timeouts DEFAULTS =
                new Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(50),
                        Duration.ofHours(1));

        /** The others, and the defaults for the end. */
        public Timeouts(Duration request, Duration keepAlive, Duration client, Duration tunnel) {
            this(request, keepAlive, client, tunnel, Optional.empty());
        }

        /** From the end of our last answer to the client's end of the connection. */
        public Duration linger() {
            return clientFin.orElse(LINGER_DEFAULT);
        }

        /** No byte on a TCP connection once one side has ended its direction. */
        public Duration halfClosed() {
            return clientFin.orElse(client);
        }
    }

    /**
     * What a client may not exceed.
     *
     * @param connectionsMax concurrent client connections or UDP sessions of this frontend; 1 to 1
     *     Mi; default 8,000
     * @param lineBytesMax request line and each header line; default 8 KiB; 431 or 414 beyond
     * @param headBytesMax whole head; default 16 KiB; 431 beyond
     * @param headersMax header fields; default 100; 431 beyond
     * @param bodyBytesMax request body; default 1 GiB; 413 beyond
     * @param bodyBytesPerSecondMin how fast a request body comes, on average over the time of
     *     {@code timeouts.client}; default 0: however slowly; 408 below
     * @param answerBytesPerSecondMin how fast answers are taken while some of one waits, likewise;
     *     default 0: however slowly; the connection ends below
     * @param rates how often clients may come; default: as often as they like
     */
    public record Limits(
            int connectionsMax,
            int lineBytesMax,
            int headBytesMax,
            int headersMax,
            long bodyBytesMax,
            long bodyBytesPerSecondMin,
            long answerBytesPerSecondMin,
            RateConfig.OfClients rates) {
        public static final Limits DEFAULTS = new Limits(8_000, 8 << 10, 16 << 10, 100, 1L << 30);

        /** However slowly, and as often as they like. */
        public Limits(
                int connectionsMax,
                int lineBytesMax,
                int headBytesMax,
                int headersMax,
                long bodyBytesMax) {
            this(
                    connectionsMax,
                    lineBytesMax,
                    headBytesMax,
                    headersMax,
                    bodyBytesMax,
                    0,
                    0,
                    RateConfig.OfClients.UNLIMITED);
        }
    }
}
