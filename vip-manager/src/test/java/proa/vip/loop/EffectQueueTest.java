package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.NatOptions;
import proa.vip.forwarding.Mirror.Effect;
import proa.vip.forwarding.Service;
import proa.vip.linux.KernelException;
import proa.vip.message.Endpoint;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the kernel is asked to do of what peers have told. */
final class EffectQueueTest {

    private static final Server SERVER =
            new Server("s1", address("10.78.0.21"), 1, false, 1, Optional.empty());
    private static final Service SQL = service("sql", "db");
    private static final Service WEB = service("web", "web");

    private final List<String> asked = new ArrayList<>();
    private final EffectQueue queue = new EffectQueue(new Asked());

    private final class Asked implements EffectQueue.Kernel {

        @Override
        public void put(Effect.Put put) {
            note("put", put);
        }

        @Override
        public void add(Effect.Put put) {
            note("add", put);
        }

        @Override
        public void remove(Effect.Remove remove) {
            note("remove", remove);
        }

        private void note(String what, Effect effect) {
            asked.add(what + " " + effect.service().frontend());
        }
    }

    private static InetSocketAddress address(String text) {
        return new InetSocketAddress(InetAddress.ofLiteral(text), 3306);
    }

    private static Service service(String name, String group) {
        return new Service(
                name,
                group,
                Forwarding.NAT,
                false,
                address("10.77.0.100"),
                List.of(),
                false,
                1,
                new NatOptions(Optional.empty(), true),
                List.of(SERVER));
    }

    private void tell(Service service) {
        Endpoint client = Endpoint.of(address("10.77.0.200"));
        queue.add(
                List.of(
                        new Effect.Remove(service, client),
                        new Effect.Put(service, client, SERVER, 3, 600)));
    }

    /** Clients have begun anew between the same ends since. */
    @Test
    void whatWasToldBeforeAGroupCameHereTouchesNothingThatTheKernelKnows() throws KernelException {
        tell(SQL);
        tell(WEB);
        queue.owner("db", true);
        queue.carryOut(10);
        assertThat(asked).containsExactly("add sql", "remove web", "put web");
    }

    @Test
    void ofAGroupThatIsElsewhereThePeerKnowsBetter() throws KernelException {
        queue.owner("db", true);
        queue.owner("db", false);
        tell(SQL);
        queue.carryOut(1);
        assertThat(asked).containsExactly("remove sql");
        assertThat(queue.size()).isEqualTo(1);
        queue.carryOut(1);
        assertThat(asked).containsExactly("remove sql", "put sql");
    }
}
