package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A member that gives everything to one that has come dies before it has given all. */
class BrokenTransferTest {

    private static final long SECOND = 1_000_000_000L;
    private static final TableShape SHAPE = new TableShape("clients", 3_600 * SECOND, 100, 0);

    /** One entry to a page, so that a transfer can end in its middle. */
    private static final Limits LIMITS =
            new Limits(5_000_000, 1_000_000, 1_000, SECOND, 100_000_000, 512, 1, 1 << 20);

    private final List<Member> members = new ArrayList<>();
    private long now = SECOND;

    /** A member with one table. */
    private final class Member extends NoTables {
        final Origin self;
        final Table table;
        final Replicator replicator;
        final Deque<Outgoing> said = new ArrayDeque<>();

        /** It has not been reloaded with the table yet. */
        boolean lacksIt;

        Member(int node) {
            WallTime wall = WallTime.at(1_700_000_000_000L, now);
            self = new Origin(node, 1);
            table = new Table(SHAPE, SHAPE.entriesMax(), self, wall, node, now);
            replicator = new Replicator(self, this, LIMITS, wall);
            members.add(this);
        }

        void stick(int key) {
            table.stick(key(key), "web1", now);
            replicator.changed(now, false);
        }

        void sees(Member... others) {
            Set<Integer> nodes = new HashSet<>();
            for (Member other : others) {
                nodes.add(other.self.node());
            }
            said.addAll(replicator.view(nodes, now));
        }

        @Override
        public List<TableShape> shapes() {
            return lacksIt ? List.of() : List.of(SHAPE);
        }

        @Override
        public int dirty() {
            return table.dirty();
        }

        @Override
        public int drain(int at, int max, long nowNanos, Consumer<Entry> to) {
            return table.drain(max, nowNanos, to);
        }

        @Override
        public void merge(int at, List<Entry> entries, long olderNanos, long nowNanos) {
            entries.forEach(entry -> table.merge(entry, olderNanos, nowNanos));
        }

        @Override
        public void clock(Origin origin, long offsetNanos) {
            table.clock(origin, offsetNanos);
        }

        @Override
        public long page(int at, long cursor, int max, long nowNanos, Consumer<Entry> to) {
            return table.page(cursor, max, nowNanos, to);
        }
    }

    private static TableKey key(int number) {
        return new TableKey(1, number);
    }

    /** Time passes; what these say reaches the others of them, of pages so many. */
    private void talk(int pages, Member... those) {
        int pagesLeft = pages;
        for (int step = 0; step < 40; step++) {
            now += 50_000_000;
            for (Member from : those) {
                from.said.addAll(from.replicator.tick(now));
                while (!from.said.isEmpty()) {
                    Outgoing message = from.said.removeFirst();
                    boolean page =
                            MessageCodec.decode(message.bytes())
                                    instanceof MessageCodec.Decoded.Known(Message.Page _);
                    if (page && pagesLeft-- <= 0) {
                        continue;
                    }
                    deliver(from, message, those);
                }
            }
        }
    }

    private void deliver(Member from, Outgoing message, Member... those) {
        for (Member to : those) {
            boolean meant = message.to() == Outgoing.ALL || message.to() == to.self.node();
            if (to != from && meant) {
                to.said.addAll(to.replicator.received(from.self.node(), message.bytes(), now));
            }
        }
    }

    @Test
    void whatItHasGivenReachesThoseWhoMissedIt() {
        Member gone = new Member(3);
        Member apart = new Member(2);
        gone.sees(apart);
        apart.sees(gone);
        gone.stick(1);
        talk(100, gone, apart);
        assertThat(apart.table.server(key(1), now)).isEqualTo("web1");
        assertThat(apart.replicator.synchronised()).isTrue();

        gone.sees();
        apart.sees();
        gone.stick(2);
        gone.stick(3);
        talk(0, gone);
        Member comes = new Member(1);
        comes.sees(gone);
        gone.sees(comes);
        talk(2, gone, comes);
        assertThat(comes.table.server(key(2), now)).as("of the second page").isEqualTo("web1");
        assertThat(comes.table.server(key(3), now)).as("the third was lost").isNull();

        comes.sees(apart);
        apart.sees(comes);
        talk(100, comes, apart);
        for (Member each : List.of(comes, apart)) {
            assertThat(each.table.server(key(1), now)).isEqualTo("web1");
            assertThat(each.table.server(key(2), now)).isEqualTo("web1");
            assertThat(each.replicator.synchronised()).isTrue();
        }
        long transfers = apart.replicator.statistics(now).resyncs();
        talk(100, comes, apart);
        assertThat(apart.replicator.statistics(now).resyncs())
                .as("once is enough")
                .isEqualTo(transfers);
    }

    /** What that member has come up to says nothing of a table that it does not have. */
    @Test
    void aTableThatOneMemberLacksIsFetchedFromAnother() {
        Member has = new Member(3);
        Member lacks = new Member(2);
        lacks.lacksIt = true;
        has.sees(lacks);
        lacks.sees(has);
        for (int key = 0; key < 50; key++) {
            has.stick(key);
            talk(100, has, lacks);
        }
        Member comes = new Member(1);
        comes.sees(lacks, has);
        lacks.sees(has, comes);
        has.sees(lacks, comes);
        talk(1_000, comes, lacks, has);
        talk(1_000, comes, lacks, has);
        assertThat(comes.replicator.synchronised()).isTrue();
        for (int key = 0; key < 50; key++) {
            assertThat(comes.table.server(key(key), now)).as("%d", key).isEqualTo("web1");
        }
        long transfers = comes.replicator.statistics(now).resyncs();
        talk(1_000, comes, lacks, has);
        assertThat(comes.replicator.statistics(now).resyncs()).as("and once").isEqualTo(transfers);
    }
}
