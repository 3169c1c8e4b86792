package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Forwarding;
import proa.config.GroupConfig;
import proa.config.GroupConfig.Egress;
import proa.config.ProaConfig;
import proa.config.SynProxy;
import proa.config.change.Change;
import proa.config.change.Changes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Frontends that the kernel carries: how they are read, what is wrong, and what a reload takes. */
class ForwardingTest {

    private static final String SOUND =
            """
            schema = 1
            cluster {
              name = edge, insecure = true
              nodes { lb1 { id = 1, addresses = ["10.0.0.11"] }, lb2 { id = 2, addresses = ["10.0.0.12"] } }
            }
            groups {
              db { vrid = 52, prefer = [lb1, lb2], vips { main = "10.0.0.100" }, gateway-vip = "10.0.1.254" }
            }
            frontends {
              sql { bind { group = db, vip = main, port = 3306 }, mode = tcp, forwarding = nat, backend = sql }
            }
            backends {
              sql {
                servers = [ { name = s1, address = "10.0.1.1:3306" }, { name = s2, address = "10.0.1.2:3306" } ]
              }
            }
            """;

    private static Outcome read(String text) {
        return ConfigParser.parse(text, "f", Path.of(""), Optional.empty());
    }

    private static ProaConfig sound(String text) {
        Outcome outcome = read(text);
        assertThat(outcome).as("%s", outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    private static String edited(String from, String to) {
        assertThat(SOUND).contains(from);
        return SOUND.replace(from, to);
    }

    @Test
    void beginningsOfConnectionsCanBeGuarded() {
        String nat = "forwarding = nat";
        assertThat(sound(SOUND).frontends().getFirst().synProxy()).isEmpty();
        assertThat(sound(edited(nat, nat + ", syn-proxy {}")).frontends().getFirst().synProxy())
                .contains(SynProxy.DEFAULTS);
        String both = ", syn-proxy { mss = 1400, window-scale = 9 }";
        assertThat(sound(edited(nat, nat + both)).frontends().getFirst().synProxy())
                .contains(new SynProxy(1_400, 9));
    }

    @Test
    void connectionsAreToldToOtherNodesWhenTheFileSaysSo() {
        String nat = "forwarding = nat";
        assertThat(sound(SOUND).frontends().getFirst().nat().replicated()).isFalse();
        String replicated = edited(nat, nat + ", replicate-connections = true");
        assertThat(sound(replicated).frontends().getFirst().nat().replicated()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    forwarding = stateless, syn-proxy {}         | needs `mode = tcp` and `forwarding = nat`
                    forwarding = nat, snat = true                | servers see the client and route by `gateway-vip`
                    forwarding = nat, geneve = true              | a gateway mode (GWLB) is not offered
                    forwarding = nat, synproxy {}                | Proa's word is `syn-proxy`
                    syn-proxy {}                                 | sysctl net.ipv4.tcp_syncookies
                    forwarding = stateless, replicate-connections = true | `replicate-connections` needs `forwarding = nat`
                    forwarding = nat, replicate-connections = true, syn-proxy {} | end with their owner
                    forwarding = nat, syn-proxy { mss = 100 }    | 536
                    forwarding = nat, syn-proxy { window-scale = 15 } | 14
                    forwarding = nat, syn-proxy { wscale = 7 }   | wscale
                    """)
    void aGuardThatCannotBeIsRefused(String instead, String message) {
        Outcome outcome = read(edited("forwarding = nat", instead));
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations())
                .anySatisfy(violation -> assertThat(violation.toString()).contains(message));
    }

    @Test
    void whoCarriesAFrontendIsRead() {
        ProaConfig config = sound(SOUND);
        assertThat(config.frontends().getFirst().forwarding()).isEqualTo(Forwarding.NAT);
        assertThat(sound(edited("= nat", "= stateless")).frontends().getFirst().forwarding())
                .isEqualTo(Forwarding.STATELESS);
        FrontendConfig plain = sound(edited(" forwarding = nat,", "")).frontends().getFirst();
        assertThat(plain.forwarding()).isEqualTo(Forwarding.PROXY);
        assertThat(plain.forwarding().byKernel()).isFalse();
    }

    /** The kernel rewrites the address before it looks for a socket. */
    @Test
    void whatListensOnEveryAddressIsNotInItsWay() {
        String section = "backends {";
        String admin = "admin { listen = \"%s:3306\", allow = [\"10.0.0.0/8\"] }%n" + section;
        String web =
                "web { bind { address = \"0.0.0.0\", port = 3306 }, mode = tcp, backend = web }\n"
                        + "  ";
        String app = section + " web { servers = [ { name = w, address = \"10.0.1.9:80\" } ] }";
        assertThat(sound(edited(section, admin.formatted("0.0.0.0"))).admin()).isPresent();
        String both = edited("sql { bind", web + "sql { bind").replace(section, app);
        assertThat(sound(both).frontends()).hasSize(2);
        assertThat(read(edited(section, admin.formatted("10.0.0.100"))).toString())
                .contains("port 3306 is already that of `admin.listen`");
    }

    @Test
    void aGroupHasTheAddressesThatServersRouteBy() {
        GroupConfig group = sound(SOUND).groups().getFirst();
        assertThat(group.behind().egress()).isEqualTo(Egress.DROP);
        assertThat(group.floating())
                .extracting(vip -> vip.address().getHostAddress())
                .containsExactly("10.0.0.100", "10.0.1.254");
        String both = "gateway-vip = [\"10.0.1.254\", \"fd00:1::254\"], egress = snat";
        GroupConfig.Behind behind =
                sound(edited("gateway-vip = \"10.0.1.254\"", both)).groups().getFirst().behind();
        assertThat(behind.gateways()).hasSize(2);
        assertThat(behind.egress()).isEqualTo(Egress.SNAT);
    }

    @Test
    void theSpellingTellsThemApart() {
        String nat = Canonical.text(sound(SOUND));
        assertThat(nat).contains("forwarding=NAT");
        assertThat(Canonical.text(sound(edited("= nat", "= stateless")))).isNotEqualTo(nat);
        assertThat(Canonical.text(sound(edited("10.0.1.254\"", "10.0.1.253\"")))).isNotEqualTo(nat);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode = tcp, | mode = http, | 10 | `forwarding` needs `mode = tcp` or `udp`",
                ", gateway-vip = \"10.0.1.254\" | '' | 10 | servers answer by way of the owner",
                "\"10.0.1.254\" | [\"10.0.1.254\", \"10.0.1.253\"] | 7 | more than one"
                        + " `gateway-vip`",
                "\"10.0.1.254\" | \"10.0.0.11\" | 7 | is already that of",
                ", gateway-vip = \"10.0.1.254\" | ', egress = snat' | 7 | no `gateway-vip` to go"
                        + " out by",
                "group = db, vip = main | address = \"10.0.0.11\" | 10 | arrives at a floating"
                        + " address",
                "backend = sql } | 'backend = sql, rules = [ { drop = true } ] }' | 10 | no rule"
                        + " can be applied",
                "backend = sql } | 'backend = sql, trusted = [\"10.9.0.1\"], proxy-protocol = true"
                        + " }' | 10 | no PROXY header is read",
                "backend = sql } | 'backend = sql, allow = [\"10.0.0.0/8\"] }' | 10 | contains the"
                        + " server s1",
                "sql { | 'sql { balance = least-connections' | 13 | chosen by a Maglev table",
                "sql { | 'sql { slow-start = 30s' | 13 | no share grows slowly",
                "sql { | 'sql { limits { connections = 10 }' | 13 | connections are not counted",
                "sql { | 'sql { proxy-protocol = v1' | 13 | no PROXY header is sent",
                "10.0.1.2:3306 | [fd00::2]:3306 | 14 | does not translate between IPv4 and IPv6",
                "10.0.1.2:3306\" | '10.0.1.2:3306\", connections = 9' | 14 | connections are not"
                        + " counted",
                "sql { | 'sql { balance = hash, hash { key = src, method = ring }' | 13 | table is"
                        + " Maglev's",
                "sql { | 'sql { balance = hash, hash { key = src, load-percent-max = 120 }' | 13 |"
                        + " load is not counted",
                "= nat | '= drs' | 10 | dsr",
            })
    void whatIsWrongIsSaidAtItsLine(String from, String to, int line, String words) {
        int at = from.equals("sql {") ? SOUND.lastIndexOf(from) : SOUND.indexOf(from);
        assertThat(at).as(from).isNotNegative();
        Outcome outcome = read(SOUND.substring(0, at) + to + SOUND.substring(at + from.length()));
        assertThat(outcome).as(to).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations())
                .anySatisfy(
                        violation -> {
                            assertThat(violation.toString()).contains(words);
                            assertThat(violation.line()).isEqualTo(line);
                        });
    }

    @Test
    void withoutMemoryOfConnectionsThePortStays() {
        String stateless = edited("= nat", "= stateless").replace("10.0.1.2:3306", "10.0.1.2:3307");
        assertThat(read(stateless).toString()).contains("`forwarding = stateless` keeps the port");
        sound(edited("10.0.1.2:3306", "10.0.1.2:3307"));
        String direct = stateless.replace("= stateless", "= dsr");
        assertThat(read(direct).toString()).contains("`forwarding = dsr` keeps the port");
    }

    @Test
    void serversThatAnswerDirectlyNeedNoWayBack() {
        String direct = edited("= nat", "= dsr");
        ProaConfig config = sound(direct.replace(", gateway-vip = \"10.0.1.254\"", ""));
        assertThat(config.frontends().getFirst().forwarding()).isEqualTo(Forwarding.DSR);
        assertThat(Canonical.text(config)).isNotEqualTo(Canonical.text(sound(SOUND)));
        sound(direct.replace("backend = sql }", "backend = sql, allow = [\"10.0.0.0/8\"] }"));
    }

    @Test
    void oneServerAnswersForOneFrontend() {
        String second =
                "\n  sql2 { bind { group = db, vip = main, port = 3307 }, mode = MODE,"
                        + " forwarding = nat, backend = sql }";
        String two = edited("backend = sql }", "backend = sql }" + second.replace("MODE", "tcp"));
        assertThat(read(two).toString()).contains("frontend sql forwards to it too");
        sound(edited("backend = sql }", "backend = sql }" + second.replace("MODE", "udp")));
    }

    @Test
    void whatOnlyTheNodeHeedsIsWarnedOf() {
        Outcome outcome =
                read(edited("backend = sql }", "backend = sql, timeouts { client = 1h } }"));
        assertThat(((Outcome.Ok) outcome).warnings())
                .anySatisfy(
                        warning ->
                                assertThat(warning.toString())
                                        .contains("`timeouts` has no effect"));
        String seen = edited("backend = sql }", "backend = sql, log {} }");
        assertThat(
                        ((Outcome.Ok) read(seen.replace("servers = [", "passive {}, servers = [")))
                                .warnings())
                .extracting(Violation::message)
                .anyMatch(message -> message.startsWith("`log` has no effect"))
                .anyMatch(message -> message.startsWith("`passive` sees nothing of what"));
    }

    @Test
    void aReloadTakesNothingInThatVipdHasToldTheKernel() {
        assertThat(atStart("= nat", "= proxy")).anyMatch(key -> key.startsWith("frontends.sql"));
        assertThat(atStart("port = 3306", "port = 3307"))
                .anyMatch(key -> key.startsWith("frontends.sql"));
        assertThat(atStart("name = s2", "name = s3"))
                .anyMatch(key -> key.startsWith("backends.sql"));
        assertThat(atStart("10.0.1.254\"", "10.0.1.253\""))
                .anyMatch(key -> key.startsWith("groups.db.gateway-vip"));
    }

    /** The key that keeps it from following is named, and no other. */
    @Test
    void aReloadTakesInWhatVipdDoesNotRead() {
        assertThat(
                        atStart(
                                "servers = [",
                                """
                                check { tcp = true, every = 3s }, timeouts { connect = 1s }
                                agent { port = 9 }, passive {}, idle-connections = 3
                                servers = [\
                                """))
                .isEmpty();
        assertThat(
                        atStart(
                                "backend = sql }",
                                "backend = sql, limits { connections = 10 }, timeouts { client = 1h"
                                        + " }, log {} }"))
                .isEmpty();
        String why = ": changes at a restart only: vipd has the kernel forward by it";
        assertThat(atStart("port = 3306 }", "port = 3307 }"))
                .containsExactly("frontends.sql.bind" + why);
        assertThat(atStart("backend = sql }", "backend = sql, allow = [\"10.9.0.0/16\"] }"))
                .containsExactly("frontends.sql.allow" + why);
        assertThat(atStart("10.0.1.2:3306\"", "10.0.1.2:3306\", weight = 3, tier = 2"))
                .containsExactly(
                        "backends.sql.servers.s2.weight" + why,
                        "backends.sql.servers.s2.tier" + why);
        assertThat(atStart("servers = [", "balance = hash, hash { key = src }, servers = ["))
                .containsExactly("backends.sql.hash" + why);
    }

    private static List<String> atStart(String from, String to) {
        return Changes.between(sound(SOUND), sound(edited(from, to))).atStart().stream()
                .map(Change.AtStart::text)
                .toList();
    }
}
