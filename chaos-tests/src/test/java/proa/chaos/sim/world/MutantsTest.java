package proa.chaos.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.chaos.sim.world.Fault.Strike;
import proa.chaos.sim.world.Story.Ending;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Table;
import proa.config.Timing;
import proa.vip.vrrp.GroupMachine;
import proa.vip.vrrp.GroupRules;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Worlds of rules that are known to be bad: the simulation notices each within its short run. */
class MutantsTest {

    private static final int SEEDS = 200;

    /** What is bad. */
    enum Mutant {
        SKEW_ZERO("takes group", false) {
            @Override
            Parts parts() {
                return new Parts() {
                    @Override
                    Machine machine(GroupRules rules) {
                        return new Machine.Product(new GroupMachine(rules, (_, _) -> 0));
                    }
                };
            }
        },
        LEASE_NEVER_EXPIRES("two owners", false) {
            @Override
            Parts parts() {
                return new Parts() {
                    @Override
                    long leaseNanos(long millis) {
                        return Long.MAX_VALUE / 4;
                    }
                };
            }
        },
        CLOCK_READ_AFTER_QUEUE("", false) {
            @Override
            Parts parts() {
                return new Parts() {
                    @Override
                    long clockOnWaking(long stoodNanos, long nowNanos) {
                        return stoodNanos;
                    }
                };
            }
        },
        LAST_ARRIVAL_WINS("", true) {
            @Override
            Parts parts() {
                return new LastArrivalWins();
            }
        },
        TOMBSTONES_FORGOTTEN("", true) {
            @Override
            Parts parts() {
                return new Parts() {
                    @Override
                    void merge(Table table, Entry entry, long olderNanos, long nowNanos) {
                        boolean removal =
                                entry instanceof Entry.Sticky sticky && sticky.server() == null;
                        if (!removal) {
                            super.merge(table, entry, olderNanos, nowNanos);
                        }
                    }
                };
            }
        },
        CLEARS_FORGOTTEN("was cleared and is back", true) {
            @Override
            Parts parts() {
                return new Parts() {
                    @Override
                    void merge(Table table, Entry entry, long olderNanos, long nowNanos) {
                        Entry told = entry instanceof Entry.Slot slot ? never(slot) : entry;
                        super.merge(table, told, olderNanos, nowNanos);
                    }

                    private static Entry never(Entry.Slot slot) {
                        return new Entry.Slot(
                                slot.key(), slot.origin(), slot.birth(), slot.counts());
                    }
                };
            }
        },
        INCARNATION_NOT_RENEWED("", true) {
            @Override
            Parts parts() {
                return new Parts() {
                    @Override
                    long incarnation(int node, long starts) {
                        return 1;
                    }
                };
            }
        };

        final String symptom;
        final boolean tables;

        Mutant(String symptom, boolean tables) {
            this.symptom = symptom;
            this.tables = tables;
        }

        abstract Parts parts();
    }

    /** A merge that is not commutative: whatever comes later is taken for written later. */
    private static final class LastArrivalWins extends Parts {
        private long arrivals = Long.MAX_VALUE / 2;

        @Override
        void merge(Table table, Entry entry, long olderNanos, long nowNanos) {
            super.merge(
                    table,
                    entry instanceof Entry.Sticky sticky
                            ? new Entry.Sticky(
                                    sticky.key(),
                                    ++arrivals,
                                    sticky.writer(),
                                    sticky.touched(),
                                    sticky.ageNanos(),
                                    sticky.server())
                            : entry,
                    olderNanos,
                    nowNanos);
        }
    }

    private static Story story(long seed, Mutant mutant) {
        Shape shape =
                mutant.tables
                        ? Shape.of(seed, 3, 2, Timing.LAN, true)
                        : Shape.of(seed, 3, 2, Timing.LAB, false);
        return Worlds.story(seed, shape, mutant.parts(), mutant.tables);
    }

    @ParameterizedTest
    @EnumSource
    void each_is_noticed(Mutant mutant) {
        String broken = Worlds.firstBroken(SEEDS, seed -> story(seed, mutant));
        assertThat(broken).startsWith("seed ").contains(mutant.symptom);
    }

    /** Then its seed is told, and the other seeds go on. */
    @Test
    void a_rule_that_throws_is_a_broken_promise() {
        Parts parts =
                new Parts() {
                    @Override
                    void merge(Table table, Entry entry, long olderNanos, long nowNanos) {
                        throw new IllegalStateException("no such entry");
                    }
                };
        Ending ending = Worlds.story(1, Shape.of(1, 3, 2, Timing.LAN, true), parts, true).tell();
        assertThat(ending.broken())
                .contains("a rule threw java.lang.IllegalStateException: no such entry at ");
        assertThat(ending.seed()).isEqualTo(1);
        assertThat(ending.brokenNanos()).isPositive();
    }

    @Test
    void the_faults_that_show_one_are_found_among_the_others() {
        Parts parts = Mutant.LEASE_NEVER_EXPIRES.parts();
        Story whole =
                Worlds.story(1, Worlds.addresses(3, 1), parts, false)
                        .with(
                                Worlds.strikes(
                                        Worlds.strike(5, 1, new Fault.StepWall(1, 1_000)),
                                        Worlds.strike(5.5, 1, new Fault.StopVipd(0)),
                                        Worlds.strike(6, 1, new Fault.StepWall(0, 1_000)),
                                        Worlds.strike(7, 1, new Fault.StopVipd(1)),
                                        Worlds.strike(8, 1, new Fault.StepWall(2, 1_000)),
                                        Worlds.strike(9, 1, new Fault.StopVipd(2))));
        Ending broken = whole.tell();
        assertThat(broken.broken()).contains("two owners");
        List<Strike> few = Shrinker.shrink(whole, broken, () -> true);
        assertThat(few).hasSize(1);
        assertThat(few.getFirst().fault()).isInstanceOf(Fault.StopVipd.class);
        assertThat(whole.with(few).tell().broken()).isNotNull();
        AtomicInteger tries = new AtomicInteger();
        assertThat(Shrinker.shrink(whole, broken, () -> tries.incrementAndGet() <= 1))
                .hasSizeBetween(2, 6);
    }
}
