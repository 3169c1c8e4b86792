package proa.node.protocol;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.HealthConfig.Failure;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Security;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Traffic to servers given by address, tried in order, beginning with the next one each time. */
public final class FixedTraffic implements Traffic {

    /** A server that counts what happens to it. */
    public static final class FixedServer implements Server {
        private final int index;
        private final InetSocketAddress address;
        public final AtomicInteger current = new AtomicInteger();
        public final AtomicInteger begun = new AtomicInteger();
        public final AtomicInteger failures = new AtomicInteger();
        public final AtomicInteger unanswered = new AtomicInteger();
        public volatile @Nullable Security security;

        FixedServer(int index, InetSocketAddress address) {
            this.index = index;
            this.address = address;
        }

        @Override
        public String name() {
            return "s" + index;
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public void ended() {
            current.decrementAndGet();
        }

        @Override
        public @Nullable Security security() {
            return security;
        }

        @Override
        public void connectFailed(String requestId) {
            failures.incrementAndGet();
        }

        @Override
        public void failed(Failure failure, String requestId) {
            if (failure == Failure.NO_ANSWER) {
                unanswered.incrementAndGet();
            }
        }
    }

    private final BackendConfig backend;
    private final AtomicInteger turn = new AtomicInteger();
    public final List<FixedServer> servers;
    public volatile @Nullable String hiddenCookie;
    public volatile @Nullable String setCookie;
    public volatile boolean follows;
    public volatile Function<Facts, @Nullable Decision> rule = _ -> null;

    public FixedTraffic(BackendConfig backend) {
        this.backend = backend;
        List<FixedServer> made = new ArrayList<>();
        backend.servers().forEach(each -> made.add(new FixedServer(made.size(), each.address())));
        this.servers = List.copyOf(made);
    }

    @Override
    public Decision decide(Facts facts) {
        Decision ruled = rule.apply(facts);
        return ruled != null ? ruled : new Decision.Forward(new InTurn(turn.getAndIncrement()));
    }

    @Override
    public boolean follows() {
        return follows;
    }

    private final class InTurn implements Destination {
        private final int first;
        private int tried;

        private InTurn(int first) {
            this.first = first;
        }

        @Override
        public BackendConfig backend() {
            return backend;
        }

        @Override
        public @Nullable Server next() {
            if (tried == servers.size()) {
                return null;
            }
            FixedServer next = servers.get(Math.floorMod(first + tried++, servers.size()));
            next.begun.incrementAndGet();
            next.current.incrementAndGet();
            return next;
        }

        @Override
        public @Nullable String hiddenCookie() {
            return hiddenCookie;
        }

        @Override
        public @Nullable String setCookieFor(Server server) {
            return setCookie;
        }
    }
}
