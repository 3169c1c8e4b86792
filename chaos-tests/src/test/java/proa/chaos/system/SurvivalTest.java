package proa.chaos.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Lab;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Machine;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.Shell;
import proa.chaos.lab.TrioPlan;
import proa.chaos.system.Stage.Budget;
import proa.chaos.system.Stage.Outcome;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a trio survives, fault after fault, under one load: real processes on a real network. Each
 * fault hits whoever owns the address then; each leaves the trio whole for the next.
 */
@RequiresNetns
@Tag("system")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SurvivalTest {

    /** None of ten kills may cost more. */
    private static final Budget KILL = new Budget(150, 700);

    private static final Budget HANG = new Budget(450, 3_000);
    private static final Budget CUT = new Budget(400, 3_000);
    private static final Budget STOP = new Budget(40, 700);

    /** Answers under way at a planned stop, and how long each takes the server. */
    private static final int SLOW = 20;

    private static final Duration SLOW_ANSWER = Duration.ofSeconds(4);

    private static final Duration EXIT = Duration.ofSeconds(45);

    /** A session that only the cable's test writes. */
    private static final String OWN = "sess:of-the-cut";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private static Stage stage;
    private static final long BEGUN = System.nanoTime();

    @BeforeAll
    static void open() {
        stage = Stage.open(TrioPlan.network(3), folder);
    }

    @AfterAll
    static void close() {
        if (stage != null) {
            stage.close();
        }
        Stage.say("survival took %.1f s", (System.nanoTime() - BEGUN) / 1e9);
    }

    private static final Consumer<Machine> START = Machine::start;

    @Test
    @Order(1)
    void theOwnersNodeIsKilled() {
        stage.survives("node killed", KILL, owner -> owner.node().kill(), START);
    }

    @Test
    @Order(2)
    @Tag("long")
    void theOwnersAddressManagerIsKilled() {
        stage.survives("vipd killed", KILL, owner -> owner.vipd().kill(), START);
    }

    @Test
    @Order(3)
    @Tag("long")
    void theOwnersNodeHangs() {
        stage.survives(
                "node hangs", HANG, owner -> owner.node().hang(), owner -> owner.node().resume());
    }

    @Test
    @Order(4)
    @Tag("long")
    void theOwnersBothProcessesHang() {
        stage.survives(
                "both hang",
                HANG,
                owner -> {
                    owner.vipd().hang();
                    owner.node().hang();
                },
                owner -> {
                    owner.vipd().resume();
                    owner.node().resume();
                });
    }

    @Test
    @Order(5)
    void theOwnersCableIsCut() {
        Lab lab = stage.cast().trio().lab().orElseThrow();
        Machine cut =
                stage.survives(
                                "cable cut",
                                CUT,
                                owner -> {
                                    assertThat(session(owner, "SET", OWN, "1")).isEqualTo("OK");
                                    lab.unplug(owner.name());
                                },
                                owner -> {
                                    refusesSessions(owner);
                                    lab.plug(owner.name());
                                })
                        .before();
        assertThat(session(cut, "GET", OWN)).as("nothing it refused was done").isEqualTo("1");
        assertThat(session(cut, "DEL", OWN)).isEqualTo("1");
    }

    /** The one of three that sees nobody, asked on its own host: nothing else reaches it. */
    private static void refusesSessions(Machine cut) {
        for (List<String> command :
                List.of(
                        List.of("SET", OWN, "2"),
                        List.of("EXPIRE", OWN, "60"),
                        List.of("DEL", OWN),
                        List.of("GET", OWN))) {
            assertThat(session(cut, command.toArray(String[]::new)))
                    .as("%s at %s", command, cut)
                    .startsWith("CLUSTERDOWN ");
        }
        assertThat(session(cut, "PING")).isEqualTo("PONG");
    }

    /** What a node's own address answers on its host. */
    private static String session(Machine at, String... command) {
        String port = Integer.toString(stage.cast().trio().plan().nodeSessionsPort());
        List<String> words = new ArrayList<>(List.of("redis-cli", "-h", at.address(), "-p", port));
        words.addAll(List.of(command));
        return Shell.run(at.place().inside(words)).strip();
    }

    @Test
    @Order(6)
    void aPlannedStopOfTheOwnersNodeLosesNoRequest() {
        LabProcess[] stopped = new LabProcess[1];
        List<LabProcess> slow = new ArrayList<>();
        Outcome outcome =
                stage.survives(
                        "planned stop",
                        STOP,
                        owner -> {
                            slow.add(stage.slowAnswers(SLOW, SLOW_ANSWER));
                            stopped[0] = owner.node();
                            owner.node().terminate();
                        },
                        owner -> {
                            assertThat(stopped[0].await(EXIT)).isZero();
                            owner.start();
                        });
        assertThat(outcome.failed()).as("failed requests").isZero();
        assertThat(slow)
                .as("answers that were under way at the stop")
                .allSatisfy(
                        client -> {
                            assertThat(client.await(EXIT)).isZero();
                            assertThat(client.printed().lines().filter("200"::equals))
                                    .as(client.printed())
                                    .hasSize(SLOW);
                        });
    }
}
