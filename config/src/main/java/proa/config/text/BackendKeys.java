package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;

import proa.config.BackendConfig;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/** The keys of backends; part of the table that {@link Keys} begins. */
final class BackendKeys {

    private BackendKeys() {}

    /** {@code backends.NAME}. */
    static final class Backend {
        static final Key<BackendConfig.Balance> BALANCE =
                defaulted(
                        "balance",
                        SpreadingKeys.BALANCE,
                        BackendConfig.Balance.ROUND_ROBIN,
                        "round-robin",
                        "how a server is chosen when nothing sticks; all but `first` honour"
                                + " weights, `static-round-robin` those of the file whatever"
                                + " changes while it runs");
        static final Key<ConfigObject> HASH =
                Keys.section("hash", "with `balance = hash`", "what is hashed, and how");
        static final Key<ConfigObject> STICKY =
                Keys.section("sticky", "nothing sticks", "what keeps a client on its server");
        static final Key<ConfigObject> CHECK =
                Keys.section("check", "no probes: a server counts as up", "how servers are probed");
        static final Key<ConfigObject> LIMITS =
                Keys.section("limits", "unlimited", "how much its servers get, and who waits");
        static final Key<ConfigObject> TIMEOUTS =
                Keys.section("timeouts", "see below", "limits of silence towards servers");
        static final Key<Integer> RETRIES =
                defaulted(
                        "retries",
                        Kinds.whole(0, 10),
                        BackendConfig.RETRIES_DEFAULT,
                        Integer.toString(BackendConfig.RETRIES_DEFAULT),
                        "further servers tried when one cannot be reached; one of them when an"
                                + " idempotent request was left unanswered");
        static final Key<Integer> IDLE_CONNECTIONS =
                defaulted(
                        "idle-connections",
                        Kinds.whole(0, 10_000),
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT,
                        Integer.toString(BackendConfig.IDLE_CONNECTIONS_DEFAULT),
                        "idle pooled connections kept per server and event loop for"
                                + " `timeouts.idle`; after a burst sixteen times as many for 5 s at"
                                + " most; one on which NTLM or Negotiate was spoken serves its own"
                                + " HTTP/1.1 client only (keep that one at its server by `sticky`"
                                + " or `balance`), with 0 nobody");
        static final Key<BackendConfig.ProxyProtocol> PROXY_PROTOCOL =
                defaulted(
                        "proxy-protocol",
                        Kinds.choice(
                                Map.of(
                                        "off", BackendConfig.ProxyProtocol.OFF,
                                        "v1", BackendConfig.ProxyProtocol.V1,
                                        "v2", BackendConfig.ProxyProtocol.V2)),
                        BackendConfig.ProxyProtocol.OFF,
                        "off",
                        "PROXY header in front of each connection, also of probes; such connections"
                                + " are not shared, so no idle ones are kept");
        static final Key<ConfigList> SERVERS =
                required(
                        "servers",
                        Kinds.list("servers"),
                        Keys.NOTHING,
                        "the servers, at least one");
        static final Key<ConfigObject> TLS =
                Keys.section("tls", "in clear", "how connections to the servers are secured");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME",
                        "A pool of servers that can stand in for each other.",
                        BALANCE,
                        HASH,
                        SpreadingKeys.SLOW_START,
                        SpreadingKeys.ACTIVE_MIN,
                        LIMITS,
                        STICKY,
                        CHECK,
                        TIMEOUTS,
                        RETRIES,
                        IDLE_CONNECTIONS,
                        PROXY_PROTOCOL,
                        Http2Keys.PROTOCOL,
                        SourceReader.SOURCE,
                        SERVERS,
                        HealthKeys.AGENT,
                        HealthKeys.PASSIVE,
                        HealthKeys.PANIC_BELOW,
                        TLS);

        static final Key<Duration> CONNECT =
                Keys.duration(
                        "connect",
                        Keys.MILLI,
                        Duration.ofMinutes(10),
                        BackendConfig.Timeouts.DEFAULTS.connect(),
                        "until the connection is there");
        static final Key<Duration> SERVER =
                Keys.duration(
                        "server",
                        Keys.MILLI,
                        Keys.DAY,
                        BackendConfig.Timeouts.DEFAULTS.server(),
                        "no byte from the server while a response is owed; 504 beyond");
        static final Key<Duration> IDLE =
                Keys.duration(
                        "idle",
                        Duration.ofMillis(100),
                        Duration.ofHours(1),
                        BackendConfig.Timeouts.DEFAULTS.idle(),
                        "how long a pooled connection waits for the next request before it is"
                                + " closed; best shorter than its servers keep it (Apache and"
                                + " Node.js for 5 s), since a request that is sent while they close"
                                + " it has to be sent again; one on which NTLM or Negotiate was"
                                + " spoken waits for its own client, a minute at most");
        static final Shape WAITING =
                Shape.of(
                        "backends.NAME.timeouts",
                        "Limits of silence towards servers.",
                        CONNECT,
                        SERVER,
                        IDLE);

        private Backend() {}
    }

    /** Elements of {@code backends.NAME.servers}. */
    static final class Server {
        static final Key<String> NAME =
                required(
                        "name",
                        Kinds.name(),
                        "unnamed",
                        "unique in the backend; also its cookie value");
        static final Key<InetSocketAddress> ADDRESS =
                required(
                        "address",
                        Kinds.socket(),
                        new InetSocketAddress(Keys.NOWHERE, 1),
                        "where it listens, \"10.0.0.21:8080\"");
        static final Key<Integer> WEIGHT =
                defaulted(
                        "weight",
                        Kinds.whole(0, 256),
                        1,
                        "1",
                        "share of the load; 0 takes no new clients");
        static final Key<Boolean> BACKUP =
                defaulted(
                        "backup",
                        Kinds.flag(),
                        false,
                        "false",
                        "used only when every other server is down");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.servers[…]",
                        "One server.",
                        NAME,
                        ADDRESS,
                        WEIGHT,
                        BACKUP,
                        SpreadingKeys.Server.TIER,
                        SpreadingKeys.Server.CONNECTIONS,
                        RateKeys.SERVER);

        private Server() {}
    }
}
