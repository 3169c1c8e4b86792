package proa.config.text;

import java.util.List;

/** The reference page of the configuration file, made from the table of keys. */
public final class Reference {

    /** Every section, in the order of the reference page. */
    static final List<Shape> SHAPES =
            List.of(
                    Keys.File.SHAPE,
                    Keys.Cluster.SHAPE,
                    Keys.Ports.SHAPE,
                    Keys.Node.SHAPE,
                    Keys.Tls.SHAPE,
                    Keys.Group.SHAPE,
                    Keys.Group.VIP,
                    Keys.Group.TRACKING,
                    GroupKeys.Track.SCRIPT,
                    GroupKeys.Track.SHARE,
                    GroupKeys.Vrrp.SHAPE,
                    GroupKeys.Vrrp.ROUTER,
                    CarrierKeys.SHAPE,
                    Keys.Table.SHAPE,
                    LimitKeys.Table.COUNTED,
                    FrontendKeys.Test.SHAPE,
                    FrontendKeys.Frontend.SHAPE,
                    FrontendKeys.Frontend.BINDING,
                    FrontendKeys.Rule.SHAPE,
                    LimitKeys.Of.LIMIT,
                    LimitKeys.Of.COUNT,
                    LimitKeys.Of.SET,
                    LimitKeys.By.SHAPE,
                    RuleKeys.Replace.SHAPE,
                    RuleKeys.Rewrite.SHAPE,
                    RuleKeys.Redirect.SHAPE,
                    RuleKeys.Respond.SHAPE,
                    RuleKeys.Tarpit.SHAPE,
                    FrontendKeys.Rule.ROUTE,
                    Keys.NodeLimits.SHAPE,
                    RecordKeys.ADMIN_SHAPE,
                    RecordKeys.ADMIN_IDENTITY,
                    OtlpKeys.SHAPE,
                    HaproxyKeys.SHAPE,
                    SessionKeys.SHAPE,
                    SessionKeys.SNAPSHOT_SHAPE,
                    NotifyKeys.SHAPE,
                    FrontendKeys.ClientTimeouts.SHAPE,
                    FrontendKeys.Limits.SHAPE,
                    RateKeys.OF_CONNECTIONS,
                    RateKeys.OF_REQUESTS,
                    Http2Keys.SHAPE,
                    UdpKeys.SHAPE,
                    ForwardingKeys.SYN_PROXY_SHAPE,
                    RecordKeys.LOG_SHAPE,
                    RecordKeys.REQUEST_ID_SHAPE,
                    TlsKeys.Clients.SHAPE,
                    TlsKeys.Clients.IDENTITY,
                    TlsKeys.Clients.SIGNERS,
                    TlsKeys.Clients.RESUMPTION,
                    TlsKeys.Clients.HALF_OPEN,
                    BackendKeys.Backend.SHAPE,
                    SpreadingKeys.Hash.SHAPE,
                    SpreadingKeys.Limits.SHAPE,
                    StickyKeys.Sticky.SHAPE,
                    StickyKeys.Cookie.SHAPE,
                    SpreadingKeys.Hash.OF_TABLE,
                    StickyKeys.Learn.SHAPE,
                    StickyKeys.Route.SHAPE,
                    CheckKeys.Check.SHAPE,
                    CheckKeys.Http.SHAPE,
                    CheckKeys.Http.JSON,
                    CheckKeys.Step.SHAPE,
                    CheckKeys.Ready.POSTGRESQL,
                    CheckKeys.Ready.MYSQL,
                    CheckKeys.Ready.SMTP,
                    CheckKeys.Ready.GRPC,
                    HealthKeys.Agent.SHAPE,
                    HealthKeys.Traffic.SHAPE,
                    BackendKeys.Backend.WAITING,
                    BackendKeys.Server.SHAPE,
                    RateKeys.OF_SERVER,
                    TlsKeys.Servers.SHAPE);

    private Reference() {}

    /** The page, Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder(START);
        SHAPES.forEach(shape -> section(shape, page));
        return page.toString();
    }

    /** Every section of a file that describes a drill, Markdown. */
    static String drills() {
        StringBuilder tables = new StringBuilder();
        DrillKeys.shapes().forEach(shape -> section(shape, tables));
        return tables.toString();
    }

    /** Every section of a file that names the machines of remote drills, Markdown. */
    static String targets() {
        StringBuilder tables = new StringBuilder();
        TargetKeys.shapes().forEach(shape -> section(shape, tables));
        return tables.toString();
    }

    private static final String START =
            """
            # Configuration reference

            Made from the table of keys in `proa.config.text`; `ReferenceTest` fails when the two differ. An annotated file is
            [proa.conf.example](proa.conf.example).

            The file is [HOCON](https://github.com/lightbend/config/blob/main/HOCON.md), one for the whole cluster, the same on every
            node. The first key is `schema = 1`. What is ordered is a list; what nobody orders is an object with names.
            Refused: unknown keys, keys written twice, `include`. Durations have a unit (`500ms`, `10s`, `5m`, `1h`, `1d`); in
            sizes `k`, `m`, `g` are powers of 1024, in counts of 1000. `proa check -c FILE` lists every violation with its
            line.

            A *template* is text with values of the request: `%{src}`, `%{dst}`, `%{dst-port}`, `%{scheme}`, `%{method}`, `%{host}`,
            `%{path}`, `%{query}`, `%{sni}`, `%{tls-version}`, `%{tls-cipher}`, `%{certificate-subject}`, `%{certificate-issuer}`,
            `%{certificate-serial}`, `%{certificate-fingerprint}` (SHA-256), `%{header:NAME}`, `%{cookie:NAME}`, `%{parameter:NAME}`; one that the request does not have is empty,
            and none can end a line. A *regex* has RE2 syntax and runs in time linear in the text, whatever a client sends.
            How many steps its counted repeats (`{n,m}`) stand for is limited to 1024, in checks to 2048; repeats of repeats multiply. `src` is
            the client that a `trusted` proxy names. Rules run in the order written until one answers; conditions and values see
            the request as the client sent it. Fields of responses are changed in those of servers, not in Proa's own answers.
            What is set or removed in a request is removed in the spelling `X_Real_IP` for `X-Real-IP`, too, which some servers
            take for the same; not in trailers.

            Conditions compare a *path* in normal form: percent-encodings decoded once, parameters (`;…`) left out, `\\` read as
            `/`, slashes merged, dot segments removed; so a denial of `/admin` is one of `//admin`, `/%61dmin`, `/x/../admin`
            and `/admin;x`. `raw-path-regex` sees the path as sent, and so do values, rewrites and servers. Refused with 400 before
            any rule: a malformed percent-encoding or `%00` in a path, a dot segment beside a parameter or an encoded slash (`/..;/`,
            `/..%2f`), an encoded slash in a parameter. Upper and lower case differ. A server that does not remove dot segments
            itself sees `/admin/../x` below `/admin`: in front of one, deny `raw-path-regex = "/\\\\.\\\\.?(/|$)"`.

            *Hosts* are compared without port, and without the dot of the root (`shop.example.`). Paths, hosts, headers and cookies
            are bytes, and text is compared in UTF-8; for a regex each byte is one character (`ü` is `\\\\xc3\\\\xbc`), while queries
            and certificates are text.
            """;

    private static void section(Shape shape, StringBuilder page) {
        String title = shape.path().isEmpty() ? "The file" : "`" + shape.path() + "`";
        page.append("\n## ").append(title).append("\n\n").append(shape.meaning()).append("\n\n");
        page.append("| key | form | default | meaning |\n|---|---|---|---|\n");
        shape.keys().forEach(key -> row(key, page));
    }

    private static void row(Key<?> key, StringBuilder page) {
        page.append("| `").append(key.name()).append("` | ");
        page.append(cell(key.kind().form())).append(" | ");
        page.append(cell(key.shown())).append(" | ");
        page.append(cell(key.meaning())).append(" |\n");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
