package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import proa.config.ProaConfig;
import proa.config.TableConfig;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Two members whose configuration is taken in anew, one after the other. */
class TableReloadTest {

    private static final TableConfig CLIENTS = Trio.sticky("clients", 1_000);

    private static Trio trio;
    private static ClusterMember first;
    private static ClusterMember second;

    @BeforeAll
    static void start() {
        trio = new Trio(2, List.of(CLIENTS, Trio.sticky("other", 1_000)));
        trio.startAll();
        first = trio.get("lb1");
        second = trio.get("lb2");
    }

    @AfterAll
    static void stop() {
        trio.close();
    }

    @Test
    void tablesComeGoAndChangeWhileTheirKeysStay() {
        SharedTable clients = first.table("clients");
        for (int n = 0; n < 100; n++) {
            clients.stick(Trio.key(n), "web" + n);
        }
        Trio.await("replicated", () -> second.table("clients").size() == 100);

        // With twice the expiry and room for half of them, and one more table.
        TableConfig smaller = sticky("clients", Duration.ofHours(1), 50);
        TableConfig added = Trio.counter("added", Duration.ofMinutes(1));
        ProaConfig changed = config(smaller, Trio.sticky("other", 1_000), added);
        follow(first, changed);
        assertThat(first.table("clients")).as("whoever has it goes on with it").isSameAs(clients);
        assertThat(clients.size()).isEqualTo(50);
        assertThat(clients.server(Trio.key(99))).as("the oldest went").isEqualTo("web99");
        assertThat(clients.server(Trio.key(0))).isNull();
        assertThat(second.table("clients").size()).isEqualTo(100);
        for (int n = 0; n < 30; n++) {
            first.table("added").add(Trio.key(n), 0, n + 1);
        }
        clients.stick(Trio.key(1_000), "web");
        Trio.await(
                "replication goes on",
                () -> "web".equals(second.table("clients").server(Trio.key(1_000))));
        assertThatThrownBy(() -> second.table("added"))
                .isInstanceOf(IllegalArgumentException.class);

        follow(second, changed);
        Trio.await(
                "what was counted before it was there",
                () -> second.table("added").rate(Trio.key(29), 0) == 30);
        second.table("added").add(Trio.key(29), 0, 5);
        Trio.await("and after", () -> first.table("added").rate(Trio.key(29), 0) == 35);

        ProaConfig without = config(smaller, added);
        List.of(first, second).forEach(member -> member.retain(without));
        assertThatThrownBy(() -> first.table("other")).isInstanceOf(IllegalArgumentException.class);
        clients.stick(Trio.key(1_001), "web");
        Trio.await(
                "places have not moved",
                () -> "web".equals(second.table("clients").server(Trio.key(1_001))));

        follow(first, changed);
        follow(second, changed);
        first.table("other").stick(Trio.key(1), "again");
        Trio.await(
                "back at its place",
                () -> "again".equals(second.table("other").server(Trio.key(1))));
    }

    /** Slots of counters are merged by maximum: those of before must not swallow those of now. */
    @Test
    void aTableThatOneMemberDropsAndMakesAgainCountsOnAtTheOthers() {
        TableConfig back = Trio.counter("back", Duration.ofMinutes(1));
        ProaConfig without = config(CLIENTS);
        ProaConfig with = config(CLIENTS, back);
        List.of(first, second).forEach(member -> follow(member, with));
        first.table("back").add(Trio.key(1), 0, 40);
        Trio.await("replicated", () -> second.table("back").rate(Trio.key(1), 0) == 40);
        first.retain(without);
        follow(first, with);
        for (int more = 0; more < 10; more++) {
            first.table("back").add(Trio.key(1), 0, 1);
        }
        Trio.await("50 in all", () -> second.table("back").rate(Trio.key(1), 0) == 50);
        Trio.await("and here", () -> first.table("back").rate(Trio.key(1), 0) == 50);
    }

    /** A dry run, or one that is refused afterwards. */
    @Test
    void whatIsOnlyPreparedMakesTablesAndTakesNothingFromThose() {
        ProaConfig used = config(CLIENTS, Trio.sticky("full", 1_000));
        follow(first, used);
        SharedTable full = first.table("full");
        for (int n = 0; n < 100; n++) {
            full.stick(Trio.key(n), "web" + n);
        }
        TableConfig smaller = sticky("full", Duration.ofMinutes(20), 50);
        first.make(config(CLIENTS, smaller, Trio.counter("later", Duration.ofMinutes(1))));
        assertThat(first.table("later").size()).isZero();
        assertThat(first.table("full")).isSameAs(full);
        assertThat(full.size()).isEqualTo(100);
        first.retain(used);
        assertThatThrownBy(() -> first.table("later")).isInstanceOf(IllegalArgumentException.class);
        assertThat(full.server(Trio.key(0))).isEqualTo("web0");
        follow(first, config(CLIENTS, smaller));
        assertThat(full.size()).isEqualTo(50);
    }

    /** Takes a configuration in, as a reload does. */
    private static void follow(Member member, ProaConfig config) {
        member.make(config);
        member.follow(config);
    }

    private static ProaConfig config(TableConfig... tables) {
        return new ProaConfig(
                trio.config().cluster(), List.of(), List.of(tables), List.of(), List.of());
    }

    private static TableConfig sticky(String name, Duration expire, int entries) {
        return new TableConfig(name, TableConfig.Key.SOURCE, expire, entries, Optional.empty());
    }
}
