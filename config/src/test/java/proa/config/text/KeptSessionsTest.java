package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.ProaConfig;
import proa.config.SessionsConfig;
import proa.config.SessionsConfig.Snapshot;
import proa.config.change.Change;
import proa.config.change.Changes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** {@code sessions}, and how far a node may be behind. */
class KeptSessionsTest {

    private static final String FRONTEND =
            "frontends { s { bind { address = \"127.0.0.1\", port = 6379 }, mode = sessions } }";

    @Test
    void nothingIsKeptUnlessTheFileSaysSo() {
        assertThat(sound("", FRONTEND).sessions()).isEqualTo(SessionsConfig.DEFAULTS);
        assertThat(sound("sessions {}", FRONTEND).sessions()).isEqualTo(SessionsConfig.DEFAULTS);
        assertThat(sound("sessions { snapshot {} }", FRONTEND).sessions().snapshot())
                .contains(new Snapshot(Duration.ofMinutes(1), 256L << 20));
        assertThat(
                        sound("sessions { snapshot { every = 10s, size = 2g } }", FRONTEND)
                                .sessions()
                                .snapshot())
                .contains(new Snapshot(Duration.ofSeconds(10), 2L << 30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sessions { snapshots {} } | unknown key `snapshots` (did you mean \"snapshot\"?)",
                "sessions { engine = redis } | engine",
                "sessions { engine = raft } | the engine raft needs three nodes, there are 2",
                "sessions { snapshot { every = 10ms } } | 10ms is out of range",
                "sessions { snapshot { size = 1k } } | 1k is out of range",
                "sessions { snapshot { evry = 10s } } | unknown key `evry` (did you mean"
                        + " \"every\"?)"
            })
    void whatIsWrongIsSaidWithItsLine(String sessions, String message) {
        assertThat(read("", sessions, FRONTEND))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.violations().getFirst().toString())
                                        .startsWith("f.conf:3: ")
                                        .contains(message));
    }

    @Test
    void threeNodesMayHaveTheirSessionsInALog() {
        String third = ", lb3 { id = 3, addresses = [\"127.0.0.3\"] }";
        ProaConfig before = ((Outcome.Ok) read(third, "", "", FRONTEND)).config();
        ProaConfig after =
                ((Outcome.Ok) read(third, "", "sessions { engine = raft }", FRONTEND)).config();
        assertThat(before.sessions().engine()).isEqualTo(SessionsConfig.Engine.HAZELCAST);
        assertThat(after.sessions().engine()).isEqualTo(SessionsConfig.Engine.RAFT);
        assertThat(Changes.between(before, after).atStart()).hasSize(1);
    }

    @Test
    void aSnapshotOfNoSessionsIsAMistake() {
        assertThat(read("", "sessions { snapshot {} }", ""))
                .isInstanceOfSatisfying(
                        Outcome.Ok.class,
                        sound ->
                                assertThat(sound.warnings().getFirst().toString())
                                        .startsWith("f.conf:3: there are no sessions to keep"));
    }

    @Test
    void howFarANodeMayBeBehindHasADefaultAndARange() {
        assertThat(sound("", "").cluster().maxLag()).isEqualTo(Duration.ofSeconds(2));
        assertThat(read("max-lag = 500ms", "", ""))
                .isInstanceOfSatisfying(
                        Outcome.Ok.class,
                        sound ->
                                assertThat(sound.config().cluster().maxLag())
                                        .isEqualTo(Duration.ofMillis(500)));
        assertThat(read("max-lag = 50ms", "", ""))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.violations().getFirst().toString())
                                        .contains("50ms is out of range (100ms to 1m)"));
    }

    @Test
    void bothAreTakenInByAStart() {
        ProaConfig before = sound("", FRONTEND);
        ProaConfig after = sound("sessions { snapshot {} }", FRONTEND);
        assertThat(Changes.between(before, after).atStart())
                .extracting(Change.AtStart::text)
                .containsExactly(
                        "sessions: changes at a restart only: the session store begins with what it"
                                + " has kept");
    }

    private static ProaConfig sound(String sessions, String frontends) {
        return ((Outcome.Ok) read("", sessions, frontends)).config();
    }

    private static Outcome read(String cluster, String sessions, String frontends) {
        return read("", cluster, sessions, frontends);
    }

    private static Outcome read(String third, String cluster, String sessions, String frontends) {
        String text =
                """
                schema = 1
                cluster { name = c, insecure = true, nodes { lb1 { id = 1, addresses = ["127.0.0.1"] }, lb2 { id = 2, addresses = ["127.0.0.2"] }%s }, %s }
                %s
                %s
                """
                        .formatted(third, cluster, sessions, frontends);
        return ConfigParser.parse(text, "f.conf", Path.of(""), Optional.of("lb1"));
    }
}
