package proa.config.text;

import java.util.Map;
import java.util.Optional;

/**
 * Words of other products (and of versions to come) that operators write out of habit, and what to
 * write here.
 */
final class Foreign {

    private static final String NO_SOURCE_TRANSLATION =
            "clients' addresses are not translated, since no connection would outlive its owner:"
                    + " servers see the client and route by `gateway-vip`, or `forwarding = proxy`"
                    + " connects from the node's address, or from a backend's `source`. What"
                    + " servers begin is `egress = snat` of a group";

    private static final Map<String, String> WORDS =
            Map.ofEntries(
                    Map.entry("inter", "Proa's word is `every`, in a backend's `check`"),
                    Map.entry("fastinter", "Proa's word is `fast`, in a backend's `check`"),
                    Map.entry("fails", "Proa's word is `fall`"),
                    Map.entry("max_fails", "Proa has `passive { failures = 3, within = 30s }`"),
                    Map.entry("fail_timeout", "Proa has `passive { within = 30s, out = 30s }`"),
                    Map.entry("observe", "Proa has `passive { … }` in a backend"),
                    Map.entry("agent-check", "Proa has `agent { port = 9999 }` in a backend"),
                    Map.entry("tcp-check", "Proa has `check { script = [ … ] }`"),
                    Map.entry("redis-check", "Proa has `check { redis {} }`"),
                    Map.entry("mysql-check", "Proa has `check { mysql { user = … } }`"),
                    Map.entry("pgsql-check", "Proa has `check { postgresql { user = … } }`"),
                    Map.entry("smtpchk", "Proa has `check { smtp {} }`"),
                    Map.entry("ldap-check", "Proa has `check { ldap {} }`"),
                    Map.entry("passes", "Proa's word is `rise`"),
                    Map.entry(
                            "uri",
                            "Proa's word is `get`, in `check { http { get = \"/health\" } }`"),
                    Map.entry(
                            "option",
                            "Proa has `check { http { get = \"/health\" } }` and explicit keys"),
                    Map.entry("httpchk", "Proa has `check { http { get = \"/health\" } }`"),
                    Map.entry("interval", "Proa's word is `every`"),
                    Map.entry(
                            "maxconn",
                            "Proa has `limits { connections = … }`, and `connections` on a server"),
                    Map.entry("max_conns", "Proa's word is `connections`, on a server"),
                    Map.entry("maxqueue", "Proa's word is `limits { queue = … }`"),
                    Map.entry("slowstart", "Proa's word is `slow-start`, in a backend"),
                    Map.entry("slow_start", "Proa's word is `slow-start`, in a backend"),
                    Map.entry("priority-group", "Proa's word is `tier`, on a server"),
                    Map.entry("min-active-members", "Proa's word is `active-min`"),
                    Map.entry("least_conn", "Proa has `balance = least-connections`"),
                    Map.entry("ip_hash", "Proa has `hash { key = src-three-octets }`"),
                    Map.entry("hash-type", "Proa has `hash { method = maglev }`"),
                    Map.entry("consistent", "Proa has `hash { method = maglev }`"),
                    Map.entry("default_backend", "Proa's word is `backend`"),
                    Map.entry("use_backend", "Proa has `routes = [ { when = …, backend = … } ]`"),
                    Map.entry("acl", "Proa has `conditions { name { … } }`"),
                    Map.entry("acls", "Proa has `conditions { name { … } }`"),
                    Map.entry("http-request", "Proa has `rules = [ … ]`"),
                    Map.entry(
                            "stick-table",
                            "Proa has `tables { name { key = src, expire = 30m } }`"),
                    Map.entry("stick", "Proa has `sticky { table = … }`"),
                    Map.entry("cookie-insert", "Proa has `sticky { cookie { name = … } }`"),
                    Map.entry("listen", "Proa's words are `frontends` and `backends`"),
                    Map.entry("upstream", "Proa's word is `backends`"),
                    Map.entry("upstreams", "Proa's word is `backends`"),
                    Map.entry(
                            "server",
                            "Proa has a list: `servers = [ { name = web1, address = \"…:8080\" }"
                                    + " ]`"),
                    Map.entry("proxy_pass", "Proa has `backend = name`"),
                    Map.entry(
                            "keepalive",
                            "Proa's words are `timeouts { keep-alive }` and `idle-connections`"),
                    Map.entry("proxy_connect_timeout", "Proa has `timeouts { connect = 5s }`"),
                    Map.entry(
                            "keepalive_timeout",
                            "Proa has `timeouts { keep-alive = 60s }` in a frontend and"
                                    + " `timeouts { idle = 60s }` in a backend"),
                    Map.entry(
                            "pool-purge-delay", "Proa has `timeouts { idle = 60s }` in a backend"),
                    Map.entry("pool-max-conn", "Proa's word is `idle-connections`, in a backend"),
                    Map.entry("vrrp_instance", "Proa's word is `groups`"),
                    Map.entry("virtual_router_id", "Proa's word is `vrid`"),
                    Map.entry("virtual_ipaddress", "Proa's word is `vips`"),
                    Map.entry("priority", "Proa has `prefer = [lb1, lb2]`, most preferred first"),
                    Map.entry("advert_int", "Proa has `timing = lab | lan | vm` in `cluster`"),
                    Map.entry("nopreempt", "Proa has `failback = never`"),
                    Map.entry("preempt", "Proa has `failback = at-once`"),
                    Map.entry("preempt_delay", "Proa has `failback = after 60s`"),
                    Map.entry(
                            "auth_pass",
                            "adverts carry no password; members know each other by certificates,"
                                    + " `cluster.tls`"),
                    Map.entry("pool", "Proa's word is `backend`"),
                    Map.entry("monitor", "Proa's word is `check`"),
                    Map.entry("forwarding", "`forwarding` belongs to a frontend"),
                    Map.entry("egress", "`egress` belongs to a group"),
                    Map.entry("gateway-vip", "`gateway-vip` belongs to a group"),
                    Map.entry(
                            "lb_kind",
                            "Proa has `forwarding = nat | stateless | dsr` in a frontend"),
                    Map.entry("lvs_method", "Proa has `forwarding = nat | stateless | dsr`"),
                    Map.entry("masquerade", NO_SOURCE_TRANSLATION),
                    Map.entry("snat", NO_SOURCE_TRANSLATION),
                    Map.entry("proxy_bind", "Proa's word is `source`, in a backend"),
                    Map.entry("snatpool", NO_SOURCE_TRANSLATION),
                    Map.entry("source-nat", NO_SOURCE_TRANSLATION),
                    Map.entry(
                            "geneve",
                            "no packets are wrapped for appliances: a gateway mode (GWLB) is not"
                                    + " offered. Servers with a route by `gateway-vip` see clients"
                                    + " as they are with `forwarding = nat`"),
                    Map.entry("synproxy", "Proa's word is `syn-proxy`, with `forwarding = nat`"),
                    Map.entry("set-header", "Proa's word is `set-request-header`, in a rule"),
                    Map.entry("del-header", "Proa's word is `remove-request-header`, in a rule"),
                    Map.entry("add_header", "Proa has `{ add-response-header { NAME = … } }`"),
                    Map.entry("proxy_set_header", "Proa has `{ set-request-header { … } }`"),
                    Map.entry("errorfile", "Proa has `error-pages { 503 = FILE }`"),
                    Map.entry("error_page", "Proa has `error-pages { 503 = FILE }`"),
                    Map.entry("accept-proxy", "Proa has `proxy-protocol = true` and `trusted`"),
                    Map.entry("silent-drop", "Proa has `{ drop = true }`"),
                    Map.entry("tls", "TLS towards clients is not in this version"));

    private Foreign() {}

    /** What to write instead of a foreign word. */
    static Optional<String> replacement(String word) {
        return Optional.ofNullable(WORDS.get(word));
    }
}
