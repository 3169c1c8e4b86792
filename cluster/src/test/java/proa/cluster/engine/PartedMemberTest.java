package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore.Condition;
import proa.config.ProaConfig;
import proa.testing.Ports;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A member's engine goes on while its membership says that it is apart from the majority. */
@Timeout(120)
class PartedMemberTest {

    private static final long HOUR = 3_600_000;
    private static final long LOOK_NANOS = 1_000_000;
    private static final long LATER_MILLIS = 200;

    /** Of a clock that is drawn to the wall's. */
    private static final long ROUNDED_MILLIS = 50;

    /** A membership that says what it is told. */
    private static final class Told extends TestCluster.Everybody {
        private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();

        @Override
        public void onView(Consumer<View> listener) {
            listeners.add(listener);
            super.onView(listener);
        }

        void says(boolean quorum) {
            says(List.of("lb1"), quorum);
        }

        void says(List<String> members, boolean quorum) {
            View view = new View(2, members, quorum);
            listeners.forEach(each -> each.accept(view));
        }
    }

    @Test
    void whatItHasCanBeKeptAsOfTheTimeOfItsParting() throws Exception {
        Told membership = new Told();
        try (HazelcastSessions store =
                HazelcastSessions.start(
                        TestCluster.config(1, "parted-" + UUID.randomUUID(), Ports.free()),
                        "lb1",
                        Optional.empty(),
                        membership)) {
            await(store::writable);
            store.set("key", new byte[] {'x'}, HOUR, Condition.ALWAYS);
            long before = store.asOfMillis();
            membership.says(false);
            long after = store.nowMillis();
            assertThatThrownBy(() -> store.get("key"))
                    .isInstanceOf(SessionException.Minority.class);
            List<SessionCopy> copies = new ArrayList<>();
            store.copies(copies::addAll);
            assertThat(copies).extracting(SessionCopy::key).containsExactly("key");
            assertThat(store.life().id()).isNotEmpty();
            await(() -> store.nowMillis() > after + LATER_MILLIS);
            assertThat(store.asOfMillis())
                    .isBetween(before - ROUNDED_MILLIS, after + ROUNDED_MILLIS);
            membership.says(true);
            assertThat(store.asOfMillis()).isGreaterThan(after + LATER_MILLIS - ROUNDED_MILLIS);
            assertThat(store.get("key")).isEqualTo(new byte[] {'x'});
        }
    }

    /** Its process and its connections go on, so that nothing else tells the engines. */
    @Test
    void whoIsPutOutByTheMembershipIsPutOutByTheEngines() throws Exception {
        ProaConfig config = TestCluster.config(3, "out-" + UUID.randomUUID(), Ports.free());
        List<Told> memberships = List.of(new Told(), new Told(), new Told());
        List<HazelcastSessions> stores = new ArrayList<>();
        try {
            for (int node = 0; node < memberships.size(); node++) {
                stores.add(
                        HazelcastSessions.start(
                                config,
                                "lb" + (node + 1),
                                Optional.empty(),
                                memberships.get(node)));
            }
            await(() -> stores.stream().allMatch(store -> store.members() == 3));
            await(() -> stores.stream().allMatch(HazelcastSessions::settled));
            // The oldest of them may be any; its place is taken by the next one.
            memberships.get(0).says(List.of("lb1", "lb2"), true);
            memberships.get(1).says(List.of("lb1", "lb2"), true);
            await(() -> stores.subList(0, 2).stream().allMatch(store -> store.members() == 2));
            stores.get(0).set("key", new byte[] {'x'}, HOUR, Condition.ALWAYS);
            assertThat(stores.get(1).get("key")).isEqualTo(new byte[] {'x'});
        } finally {
            stores.forEach(HazelcastSessions::close);
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
