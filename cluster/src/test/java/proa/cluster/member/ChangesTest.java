package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import proa.cluster.replication.Limits;
import proa.cluster.replication.Replicator;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.WallTime;
import proa.testing.Patience;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A change that is noted at the very moment in which the replicator has something else to send. */
class ChangesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Origin SELF = new Origin(1, 1);
    private static final WallTime WALL = WallTime.at(0, 1_000_000_000L);
    private static final int CHANGES = 20_000;

    /** A batch does not wait, and a hello is due in every turn. */
    private static final Limits AT_ONCE = new Limits(1, 1, 1_000, 0, 0, 512, 8_000, 1 << 20);

    private final Changes changes = new Changes(1_000, () -> {});
    private final Tables tables =
            new Tables(
                    Trio.config(2, List.of(Trio.counter("requests", Duration.ofSeconds(10)))),
                    SELF,
                    WALL,
                    7,
                    changes,
                    System::nanoTime);
    private final GuardedTable table = tables.table("requests");
    private final Replicator replicator = new Replicator(SELF, tables, AT_ONCE, WALL);
    private volatile boolean over;

    @AfterEach
    void end() {
        over = true;
    }

    @Test
    void isNotLeftBehindFor() throws Exception {
        Thread replicating = Thread.ofPlatform().daemon().start(this::replicate);
        for (int n = 0; n < CHANGES; n++) {
            table.hit(TableKey.ofNumber(1));
            Patience patience = new Patience(PATIENCE);
            while (table.dirty() > 0) {
                assertThat(patience.isOver()).as("change %s has not left", n).isFalse();
                Thread.onSpinWait();
            }
        }
        over = true;
        assertThat(replicating.join(PATIENCE)).isTrue();
    }

    private void replicate() {
        replicator.view(Set.of(2), System.nanoTime());
        while (!over) {
            changes.due(replicator, System.nanoTime());
        }
    }

    /** What would wake the replicator, should the waking have got lost. */
    @Test
    void isUnseenUntilTheReplicatorHasLooked() {
        assertThat(changes.unseen()).isFalse();
        table.hit(TableKey.ofNumber(1));
        assertThat(changes.unseen()).isTrue();
        long tooSoon = System.nanoTime() - PATIENCE.toNanos();
        changes.due(replicator, tooSoon);
        assertThat(table.dirty()).as("it waits for company").isEqualTo(1);
        assertThat(changes.unseen()).isFalse();
        changes.hurry();
        assertThat(changes.unseen()).isTrue();
        changes.due(replicator, tooSoon);
        assertThat(changes.unseen()).isFalse();
        changes.due(replicator, System.nanoTime() + 1);
        assertThat(table.dirty()).isZero();
        table.hit(TableKey.ofNumber(2));
        assertThat(changes.unseen()).isTrue();
    }

    @Test
    void isHurriedOnce() {
        table.hit(TableKey.ofNumber(1));
        changes.hurry();
        assertThat(changes.urgent()).isTrue();
        changes.due(replicator, System.nanoTime() + 1);
        assertThat(table.dirty()).isZero();
        assertThat(changes.urgent()).isFalse();
    }
}
