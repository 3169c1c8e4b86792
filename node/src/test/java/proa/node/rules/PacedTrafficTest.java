package proa.node.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.RateConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Destination.Line;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic;
import proa.node.exchange.Traffic.Decision;
import proa.node.exchange.Waiter;
import proa.node.message.FormScanner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class PacedTrafficTest {

    private static final long MILLI = 1_000_000;
    private static final RateConfig TEN = new RateConfig(10, 1);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger decided = new AtomicInteger();
    private final List<Runnable> turns = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private final Backend backend = new Backend();

    /** Ten a second, one at a time. */
    private Traffic traffic(Duration patience) {
        return traffic(patience, new PacedTraffic.Turns(TEN, nanos.get()));
    }

    private Traffic traffic(Duration patience, PacedTraffic.Turns counted) {
        return new PacedTraffic(
                "shop",
                new RateConfig.Requests(TEN, patience),
                counted,
                nanos::get,
                (wait, action) -> {
                    waits.add(wait / MILLI);
                    turns.add(action);
                },
                _ -> {
                    decided.incrementAndGet();
                    return new Decision.Forward(backend);
                });
    }

    /** A destination without servers, in whose line everybody stands. */
    private static final class Backend implements Destination {
        private final FormScanner form = new FormScanner("sid", 1);
        private int asked;
        private int joined;
        private int left;

        @Override
        public BackendConfig backend() {
            throw new AssertionError("nobody asks");
        }

        @Override
        public @Nullable Server next() {
            asked++;
            return null;
        }

        @Override
        public Line joinLine(Waiter waiter) {
            joined++;
            return Line.JOINED;
        }

        @Override
        public void leaveLine() {
            left++;
        }

        @Override
        public FormScanner form() {
            return form;
        }

        @Override
        public @Nullable String hiddenCookie() {
            return "mine";
        }

        @Override
        public @Nullable String setCookieFor(Server server) {
            return null;
        }
    }

    private static final class Client implements Waiter {
        private int asked;

        @Override
        public void granted(Server server) {
            throw new AssertionError("there is none");
        }

        @Override
        public void askAgain() {
            asked++;
        }
    }

    private static Destination to(Decision decision) {
        return ((Decision.Forward) decision).destination();
    }

    @Test
    void whatComesTooEarlyIsRefusedBeforeAnyRule() {
        Traffic traffic = traffic(Duration.ZERO);
        assertThat(to(traffic.decide(FakeFacts.get("/")))).isSameAs(backend);
        Decision second = traffic.decide(FakeFacts.get("/"));
        assertThat(second).isInstanceOf(Decision.Reply.class);
        assertThat(((Decision.Reply) second).status()).isEqualTo(429);
        assertThat(((Decision.Reply) second).explanation()).contains("frontend shop");
        assertThat(decided).hasValue(1);
        nanos.addAndGet(100 * MILLI);
        assertThat(to(traffic.decide(FakeFacts.get("/")))).isSameAs(backend);
    }

    @Test
    void whoMayWaitIsServedWhenItsTurnComes() {
        Traffic traffic = traffic(Duration.ofMillis(200));
        traffic.decide(FakeFacts.get("/"));
        Destination second = to(traffic.decide(FakeFacts.get("/")));
        Destination third = to(traffic.decide(FakeFacts.get("/")));
        assertThat(traffic.decide(FakeFacts.get("/"))).isInstanceOf(Decision.Reply.class);
        Client client = new Client();
        assertThat(second.next()).isNull();
        assertThat(second.joinLine(client)).isEqualTo(Line.JOINED);
        assertThat(third.next()).isNull();
        assertThat(third.joinLine(new Client())).isEqualTo(Line.JOINED);
        assertThat(waits).containsExactly(100L, 200L);
        assertThat(backend.asked).isZero();
        turns.getFirst().run();
        assertThat(client.asked).isOne();
        assertThat(second.next()).isNull();
        assertThat(backend.asked).as("now the backend is asked").isOne();
        second.joinLine(client);
        assertThat(backend.joined).as("and its line is the one to wait in").isOne();
        second.leaveLine();
        assertThat(backend.left).isOne();
        assertThat(second.hiddenCookie()).isEqualTo("mine");
        assertThat(second.form()).isSameAs(backend.form);
    }

    @Test
    void whoLeavesIsNotAskedAgain() {
        Traffic traffic = traffic(Duration.ofMillis(200));
        traffic.decide(FakeFacts.get("/"));
        Destination second = to(traffic.decide(FakeFacts.get("/")));
        Client client = new Client();
        second.next();
        second.joinLine(client);
        second.leaveLine();
        turns.getFirst().run();
        assertThat(client.asked).isZero();
        assertThat(backend.left).as("it was not in that line").isZero();
    }

    @Test
    void aReloadGivesNobodyAnotherBurst() {
        PacedTraffic.Turns turns = new PacedTraffic.Turns(TEN, 0);
        traffic(Duration.ZERO, turns).decide(FakeFacts.get("/"));
        Traffic after = traffic(Duration.ZERO, turns.at(TEN, 0));
        assertThat(after.decide(FakeFacts.get("/"))).isInstanceOf(Decision.Reply.class);
        nanos.set(100 * MILLI);
        assertThat(after.decide(FakeFacts.get("/"))).isInstanceOf(Decision.Forward.class);
        Traffic faster = traffic(Duration.ZERO, turns.at(new RateConfig(1_000, 1), 100 * MILLI));
        assertThat(faster.decide(FakeFacts.get("/")))
                .as("another rate is in force at once")
                .isInstanceOf(Decision.Forward.class);
    }

    @Test
    void noMoreWaitThanMay() {
        Traffic traffic = traffic(Duration.ofDays(1));
        traffic.decide(FakeFacts.get("/"));
        for (int at = 0; at < PacedTraffic.WAITING_MAX; at++) {
            Destination waits = to(traffic.decide(FakeFacts.get("/")));
            waits.next();
            waits.joinLine(new Client());
        }
        assertThat(traffic.decide(FakeFacts.get("/"))).isInstanceOf(Decision.Reply.class);
        turns.getFirst().run();
        assertThat(traffic.decide(FakeFacts.get("/"))).isInstanceOf(Decision.Forward.class);
    }
}
