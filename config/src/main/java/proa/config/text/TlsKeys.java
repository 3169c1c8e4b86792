package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.BackendTls;
import proa.config.FrontendTls;
import proa.config.TlsCipher;
import proa.config.TlsFact;
import proa.config.TlsVersion;
import proa.config.text.Kind.Reading;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys of TLS with clients and with servers; part of the table that {@link Keys} begins. */
final class TlsKeys {

    private static final Pattern SERVER_NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63}){0,32}");
    private static final Pattern PROTOCOL = Pattern.compile("[!-~]{1,255}");

    /** As RFC 8446 §B.4 names them, and with the two that BoringSSL does not have. */
    private static final Set<String> OF_1_3 =
            Set.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_AES_128_CCM_SHA256",
                    "TLS_AES_128_CCM_8_SHA256");

    /** What is to be known about the other suites. */
    private static final String FIXED = "the three of TLS 1.3 are fixed by BoringSSL";

    static final String VERIFIED = "verified";

    private TlsKeys() {}

    /** A name as clients ask for it; {@code *.} in front stands for one label. */
    static Kind<String> serverName() {
        return Kinds.scalar(
                "host, or *.domain",
                text ->
                        Optional.of(text.toLowerCase(Locale.ROOT))
                                .filter(name -> SERVER_NAME.matcher(name).matches()),
                "a name such as shop.example or *.shop.example");
    }

    static Kind<TlsCipher> cipher() {
        Kind<TlsCipher> known =
                Kinds.choice(
                        Stream.of(TlsCipher.values())
                                .collect(Collectors.toMap(TlsCipher::word, each -> each)));
        return new Kind<>() {
            @Override
            public Reading<TlsCipher> read(ConfigValue value) {
                String word = Kinds.written(value).toUpperCase(Locale.ROOT);
                return OF_1_3.contains(word)
                        ? Reading.bad(
                                "the suites of TLS 1.3 cannot be chosen: BoringSSL fixes all three"
                                        + " and their order",
                                "leave it out; suites of TLS 1.2 such as"
                                        + " ECDHE-RSA-AES128-GCM-SHA256")
                        : known.read(value);
            }

            @Override
            public String form() {
                return known.form();
            }
        };
    }

    static Kind<String> protocol() {
        return Kinds.scalar(
                "protocol",
                text -> Optional.of(text).filter(name -> PROTOCOL.matcher(name).matches()),
                "a protocol name of ALPN such as http/1.1");
    }

    private static Key<TlsVersion> minVersion(String who) {
        return defaulted(
                "min-version",
                Kinds.choice(
                        Stream.of(TlsVersion.values())
                                .collect(Collectors.toMap(TlsVersion::word, each -> each))),
                TlsVersion.TLS_1_2,
                TlsVersion.TLS_1_2.word(),
                who + " that cannot do it are refused");
    }

    /** Tests of conditions. */
    static final class Test {
        static final Key<Boolean> TLS =
                optional(
                        "tls",
                        Kinds.flag(),
                        "",
                        "whether TLS with the client ends here; it came in clear otherwise");
        static final Key<TlsVersion> VERSION =
                optional(
                        "tls-version",
                        Kinds.choice(
                                Stream.of(TlsVersion.values())
                                        .collect(Collectors.toMap(TlsVersion::word, each -> each))),
                        "",
                        "the version the handshake agreed on");
        static final Key<String> CIPHER =
                optional(
                        "tls-cipher",
                        Kinds.token(),
                        "",
                        "the cipher suite the handshake agreed on, as OpenSSL names it");
        static final Key<String> CERTIFICATE =
                optional(
                        "certificate",
                        Kinds.choice(
                                Map.of(
                                        VERIFIED,
                                        VERIFIED,
                                        "subject",
                                        TlsFact.SUBJECT.word(),
                                        "issuer",
                                        TlsFact.ISSUER.word(),
                                        "serial",
                                        TlsFact.SERIAL.word(),
                                        "fingerprint",
                                        TlsFact.FINGERPRINT.word())),
                        "",
                        "the client has shown a certificate that an authority of `tls.clients`"
                                + " signed, or what stands in it equals `value`: names as in RFC"
                                + " 2253, serial and SHA-256 in hexadecimal");

        private Test() {}
    }

    /** {@code frontends.NAME.tls}. */
    static final class Clients {
        static final Key<ConfigList> CERTIFICATES =
                defaulted(
                        "certificates",
                        Kinds.list("files or sections"),
                        Keys.NOTHING,
                        "or `certificate`",
                        "one for each set of names, chosen by the name a client asks for (SNI), the"
                            + " first also for all other names: PEM bundles with chain and key, or"
                            + " the sections below");
        static final Key<String> CERTIFICATE =
                optional(
                        "certificate",
                        Kinds.file(),
                        "or `certificates`",
                        "PEM file: the certificate, then its chain, and the key if it is not in"
                                + " `key`");
        static final Key<String> KEY =
                optional(
                        "key",
                        Kinds.file(),
                        "in `certificate`",
                        "PEM file of the private key, not encrypted");
        static final Key<String> OCSP =
                optional(
                        "ocsp",
                        Kinds.file(),
                        "none",
                        "DER file of what the authority says of the certificate, shown to clients"
                                + " that ask (stapling); made by `openssl ocsp -respout` and read"
                                + " again when it changes; one that cannot be used is a warning");
        static final Key<TlsVersion> MIN_VERSION = minVersion("clients");
        static final Key<ConfigValue> CIPHERS =
                optional(
                        "ciphers",
                        Kinds.any("list of suites"),
                        "the six modern ones",
                        "suites of TLS 1.2, most preferred first, as OpenSSL names them; " + FIXED);
        static final Key<ConfigValue> ALPN =
                optional(
                        "alpn",
                        Kinds.any("list of protocols"),
                        "`protocols` in mode http, else none",
                        "protocols offered by ALPN, most preferred first");
        static final Key<ConfigObject> CLIENTS =
                Keys.section("clients", "not asked for", "certificates of clients");
        static final Key<ConfigObject> TICKETS =
                Keys.section("tickets", "see below", "how sessions are resumed");
        static final Key<ConfigObject> HANDSHAKES =
                Keys.section("handshakes", "see below", "limits before a client has proved itself");
        static final Shape SHAPE =
                Shape.of(
                        "frontends.NAME.tls",
                        "TLS with clients. Files are relative to the folder of the configuration;"
                                + " when they change, new connections get the new certificates.",
                        CERTIFICATES,
                        CERTIFICATE,
                        KEY,
                        OCSP,
                        MIN_VERSION,
                        CIPHERS,
                        ALPN,
                        CLIENTS,
                        TICKETS,
                        HANDSHAKES);

        static final Key<String> OWN_CERTIFICATE =
                required(
                        "certificate",
                        Kinds.file(),
                        "certificate.pem",
                        "PEM file: the certificate, then its chain");
        static final Shape IDENTITY =
                Shape.of(
                        "frontends.NAME.tls.certificates[…]",
                        "One certificate in a file of its own.",
                        OWN_CERTIFICATE,
                        KEY,
                        OCSP);

        static final Key<ConfigValue> AUTHORITIES =
                required(
                        "authorities",
                        Kinds.any("list of files"),
                        Keys.NOTHING,
                        "PEM files of those who sign clients' certificates");
        static final Key<Boolean> REQUIRE =
                defaulted(
                        "require",
                        Kinds.flag(),
                        true,
                        "true",
                        "a client without a certificate is refused; false: only a bad one is");
        static final Shape SIGNERS =
                Shape.of(
                        "frontends.NAME.tls.clients",
                        "Certificates of clients.",
                        AUTHORITIES,
                        REQUIRE);

        static final Key<String> SECRET =
                optional(
                        "secret",
                        Kinds.file(),
                        "one that the members share",
                        "file that is the same on every node, made by `proa cert tickets`. Without"
                                + " it the members make a secret and tell each other over their"
                                + " mutual TLS. Either way a session is resumed on any of them;"
                                + " with the file also after all have stopped");
        static final Key<Duration> ROTATE =
                Keys.duration(
                        "rotate",
                        Duration.ofMinutes(10),
                        Duration.ofDays(7),
                        FrontendTls.Tickets.DEFAULTS.rotate(),
                        "how long a key makes tickets; those of the period before and after are"
                                + " understood too");
        static final Shape RESUMPTION =
                Shape.of(
                        "frontends.NAME.tls.tickets",
                        "Session tickets; their keys are computed from the secret and the time.",
                        SECRET,
                        ROTATE);

        static final Key<Duration> TIMEOUT =
                Keys.duration(
                        "timeout",
                        Duration.ofMillis(100),
                        Duration.ofMinutes(5),
                        FrontendTls.Handshakes.DEFAULTS.timeout(),
                        "from the connection to the end of the handshake");
        static final Key<Integer> OPEN =
                defaulted(
                        "open",
                        Kinds.count(1, 100_000),
                        FrontendTls.Handshakes.DEFAULTS.openMax(),
                        Units.count(FrontendTls.Handshakes.DEFAULTS.openMax()),
                        "unfinished handshakes on one event loop; another ends the oldest");
        static final Shape HALF_OPEN =
                Shape.of("frontends.NAME.tls.handshakes", "Limits of handshakes.", TIMEOUT, OPEN);

        private Clients() {}
    }

    /** {@code backends.NAME.tls}. */
    static final class Servers {
        static final Key<BackendTls.Verify> VERIFY =
                defaulted(
                        "verify",
                        Kinds.choice(
                                Map.of(
                                        "name", BackendTls.Verify.NAME,
                                        "authority", BackendTls.Verify.AUTHORITY,
                                        "none", BackendTls.Verify.NONE)),
                        BackendTls.Verify.NAME,
                        "name",
                        "what a server's certificate must prove: that it is of `server-name` (or of"
                            + " the server's address) and signed by an authority, only the latter,"
                            + " or nothing");
        static final Key<ConfigValue> AUTHORITIES =
                optional(
                        "authorities",
                        Kinds.any("list of files"),
                        "those the Java runtime trusts",
                        "PEM files of those who sign servers' certificates");
        static final Key<String> SERVER_NAME =
                optional(
                        "server-name",
                        serverName(),
                        "none",
                        "the name that is asked for (SNI) and must be in the certificate");
        static final Key<String> CERTIFICATE =
                optional(
                        "certificate",
                        Kinds.file(),
                        "none",
                        "PEM file of our own certificate, for servers that ask for one");
        static final Key<TlsVersion> MIN_VERSION = minVersion("servers");
        static final Key<ConfigValue> CIPHERS =
                optional(
                        "ciphers",
                        Kinds.any("list of suites"),
                        "those BoringSSL offers",
                        "suites of TLS 1.2 that servers may choose from, most preferred first, as"
                                + " OpenSSL names them; "
                                + FIXED);
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.tls",
                        "TLS to the servers, in traffic and in checks.",
                        VERIFY,
                        AUTHORITIES,
                        SERVER_NAME,
                        CERTIFICATE,
                        Clients.KEY,
                        MIN_VERSION,
                        CIPHERS);

        private Servers() {}
    }
}
