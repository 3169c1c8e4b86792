package proa.node.health.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Probe;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Each protocol's first messages, byte for byte as its document has them. */
class ProtocolDialoguesTest {
    private static final InetSocketAddress SERVER =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private static final Probe REDIS = new Probe.Redis();
    private static final Probe POSTGRESQL = new Probe.Postgresql("proa", Optional.of("shop"));
    private static final Probe MYSQL = new Probe.Mysql(Optional.of("proa"));
    private static final Probe SMTP = new Probe.Smtp("lb.example");
    private static final Probe LDAP = new Probe.Ldap();

    /** MySQL 8: packet 0, protocol 10, version, thread, salt, capabilities, plugin. */
    private static final String MYSQL_GREETING =
            Talk.hex(
                    "4a 00 00 00 0a 38 2e 30 2e 33 36 00 08 00 00 00 01 02 03 04 05 06 07 08 00 ff"
                            + " ff ff 02 00 ff df 15 00 00 00 00 00 00 00 00 00 00 11 12 13 14 15"
                            + " 16 17 18 19 1a 1b 1c 00 63 61 63 68 69 6e 67 5f 73 68 61 32 5f 70"
                            + " 61 73 73 77 6f 72 64 00");

    private static final String MYSQL_OK = Talk.hex("07 00 00 02 00 00 00 02 00 00 00");

    @Test
    void redisPings() {
        Talk talk = talk(REDIS, "+PO", "NG\r\n");
        assertThat(talk.verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk.said()).isEqualTo("*1\r\n$4\r\nPING\r\n");
        assertThat(talk(REDIS, "-NOAUTH Authentication required.\r\n").verdict())
                .as("it is up, and keeps its secrets")
                .isEqualTo(Talk.PASSED);
        assertThat(talk(REDIS, "-LOADING Redis is loading\r\n").verdict())
                .isEqualTo("PING is answered \"-LOADING Redis is loading\"");
        assertThat(talk(REDIS, "+PONG").verdict()).isEqualTo(Talk.SILENT);
    }

    @Test
    void postgresqlStartsAndTakesAnyQuestionForAPassword() {
        Talk talk = talk(POSTGRESQL, Talk.hex("52 00 00 00 0c 00 00 00 05 01 02 03 04"));
        assertThat(talk.verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk.saidHex())
                .as("length, 3.0, user, database; nothing else, which the server would log")
                .isEqualTo(
                        "00000021"
                                + "00030000"
                                + "7573657200"
                                + "70726f6100"
                                + "646174616261736500"
                                + "73686f7000"
                                + "00");
        Talk open = Talk.slowly(dialogue(POSTGRESQL), Talk.hex("520000000800000000"));
        assertThat(open.verdict()).as("no password at all").isEqualTo(Talk.PASSED);
        assertThat(open.saidHex()).as("Terminate").endsWith("5800000004");
    }

    @Test
    void postgresqlSaysWhyItRefuses() {
        String fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0";
        String error = "E\0\0\0" + (char) (fields.length() + 4) + fields;
        assertThat(talk(POSTGRESQL, error).verdict())
                .isEqualTo("FATAL 57P03: the database system is starting up");
        assertThat(talk(POSTGRESQL, "HTTP/1.1 400 Bad\r\n").verdict())
                .isEqualTo("the answer is not PostgreSQL");
        assertThat(talk(POSTGRESQL, Talk.hex("52 ff ff ff ff")).verdict())
                .isEqualTo("the answer is not PostgreSQL");
    }

    @Test
    void mysqlLogsAUserInAndOut() {
        Talk talk = talk(MYSQL, MYSQL_GREETING, MYSQL_OK);
        assertThat(talk.verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk.saidHex())
                .as("HandshakeResponse41, then COM_QUIT")
                .isEqualTo(
                        "3c000001"
                                + "01820800"
                                + "00400000"
                                + "21"
                                + "00".repeat(23)
                                + "70726f6100"
                                + "00"
                                + "6d7973716c5f6e61746976655f70617373776f726400"
                                + "0100000001");
    }

    @Test
    void mysqlTakesPartInASwitchOfMethods() {
        String other = Talk.hex("17 00 00 02 fe") + "caching_sha2_password\0";
        Talk talk =
                talk(MYSQL, MYSQL_GREETING, other, Talk.hex("07 00 00 04 00 00 00 02 00 00 00"));
        assertThat(talk.verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk.saidHex()).as("an empty password").contains("00000003").endsWith("01");
        assertThat(talk(MYSQL, MYSQL_GREETING, other, other).verdict())
                .isEqualTo("user proa is asked for a password");
    }

    @Test
    void mysqlSaysWhyItRefuses() {
        String denied = "#28000Access denied for user 'proa'";
        String error = Talk.hex("%02x 00 00 02 ff 15 04".formatted(denied.length() + 3)) + denied;
        assertThat(talk(MYSQL, MYSQL_GREETING, error).verdict())
                .isEqualTo("error 1045: Access denied for user 'proa'");
        String full = "Too many connections";
        String atOnce = Talk.hex("%02x 00 00 00 ff 10 04".formatted(full.length() + 3)) + full;
        assertThat(talk(MYSQL, atOnce).verdict()).isEqualTo("error 1040: Too many connections");
        assertThat(talk(MYSQL, "220 smtp\r\n").verdict()).isEqualTo("the answer is not MySQL");
    }

    @Test
    void mysqlWithoutAUserLooksAtTheGreeting() {
        Talk talk = talk(new Probe.Mysql(Optional.empty()), MYSQL_GREETING);
        assertThat(talk.verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk.said()).isEmpty();
    }

    @Test
    void smtpGreetsAndAnswersEhlo() {
        Talk talk =
                talk(SMTP, "220-mx\r\n220 ready\r\n", "250-mx.example\r\n250-SIZE\r\n250 HELP\r\n");
        assertThat(talk.verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk.said()).isEqualTo("EHLO lb.example\r\nQUIT\r\n");
        assertThat(talk(SMTP, "554 no\r\n").verdict()).isEqualTo("greets with \"554 no\"");
        assertThat(talk(SMTP, "220 a\r\n", "550-x\r\n550 go away\r\n").verdict())
                .isEqualTo("EHLO is answered \"550 go away\"");
        assertThat(talk(SMTP, "SSH-2.0-x\r\n").verdict()).startsWith("the answer is not SMTP");
    }

    @Test
    void ldapBindsAnonymously() {
        Talk talk = talk(LDAP, Talk.hex("30 0c 02 01 01 61 07 0a 01 00 04 00 04 00"));
        assertThat(talk.verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk.saidHex()).isEqualTo("300c02010160070201030400800030050201024200");
        String longForm = Talk.hex("30 84 00 00 00 10 02 01 01 61 84 00 00 00 07 0a 01 00 04 00");
        assertThat(Talk.slowly(dialogue(LDAP), longForm).verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk(LDAP, Talk.hex("30 0c 02 01 01 61 07 0a 01 35 04 00 04 00")).verdict())
                .isEqualTo("the bind ends with result 53");
        assertThat(talk(LDAP, "HTTP/1.1").verdict()).isEqualTo("the answer is not LDAP");
        assertThat(talk(LDAP, Talk.hex("30 85 01")).verdict()).isEqualTo("the answer is not LDAP");
    }

    @Test
    void whatComesInPiecesIsTheSame() {
        assertThat(Talk.slowly(dialogue(MYSQL), MYSQL_GREETING + MYSQL_OK).verdict())
                .isEqualTo(Talk.PASSED);
        assertThat(Talk.slowly(dialogue(SMTP), "220 a\r\n250 b\r\n").verdict())
                .isEqualTo(Talk.PASSED);
        for (Probe probe : List.of(REDIS, POSTGRESQL, MYSQL, SMTP, LDAP)) {
            assertThat(talk(probe).verdict()).as("%s", probe).isEqualTo(Talk.SILENT);
        }
    }

    @Test
    void whatAServerSaysIsOneShortLineOfTheLog() {
        String line = "-" + "x".repeat(3_000) + "\u001b[31m\u0007\r\n";
        assertThat(talk(REDIS, line).verdict()).hasSizeLessThan(120).endsWith("…\"");
        assertThat(talk(REDIS, "-a\u001b[31m\tb\r\n").verdict())
                .isEqualTo("PING is answered \"-a [31m b\"");
    }

    private static Talk talk(Probe probe, String... pieces) {
        return Talk.of(dialogue(probe), pieces);
    }

    private static Dialogue dialogue(Probe probe) {
        return Talk.about(probe, SERVER).get();
    }
}
