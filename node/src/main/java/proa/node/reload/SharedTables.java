package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.cluster.tables.TableKey;
import proa.node.balance.StickyEntries;
import proa.node.rules.Counters;

import java.net.InetAddress;

/** The cluster's tables in the shape that rules and balancing know them. */
final class SharedTables implements Counters {

    private final Member member;

    SharedTables(Member member) {
        this.member = member;
    }

    @Override
    public Counter table(String name) {
        SharedTable table = member.table(name);
        return new Counter() {
            @Override
            public long hit(InetAddress source) {
                return table.hit(TableKey.ofAddress(source));
            }

            @Override
            public long rate(InetAddress source) {
                return table.rate(TableKey.ofAddress(source));
            }
        };
    }

    /** The sticky side of a table. */
    StickyEntries sticky(String name) {
        SharedTable table = member.table(name);
        return new StickyEntries() {
            @Override
            public @Nullable String server(TableKey key) {
                return table.server(key);
            }

            @Override
            public String stick(TableKey key, String server) {
                return table.stick(key, server);
            }
        };
    }
}
