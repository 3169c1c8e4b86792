package proa.node.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.FrontendConfig.Mode;
import proa.node.Await;
import proa.node.listener.Transport;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Random;

/** Servers that reset a connection at the worst moments: the client always hears of it. */
class ServerResetTest {

    private static final int ROUNDS = 100;
    private static final int LONG_ANSWER_BYTES = 200_000;

    /** What a server does before it resets. */
    private enum Before {
        NOTHING,
        WORD,
        LONG_ANSWER,
        WORD_AND_END,
        WORD_WHEN_ASKED
    }

    private static ScriptedServer resetting(Random random) throws IOException {
        return new ScriptedServer(
                peer -> {
                    Before[] all = Before.values();
                    switch (all[random.nextInt(all.length)]) {
                        case NOTHING -> {}
                        case WORD -> peer.send("bye");
                        case LONG_ANSWER -> peer.send("x".repeat(LONG_ANSWER_BYTES));
                        case WORD_AND_END -> {
                            peer.send("bye");
                            peer.socket.shutdownOutput();
                        }
                        case WORD_WHEN_ASKED -> {
                            peer.in.read();
                            peer.send("bye");
                        }
                    }
                    peer.socket.setSoLinger(true, 0);
                });
    }

    private static void talk(DataPath.Client client, boolean endsFirst) throws IOException {
        try {
            client.send("hello");
            if (endsFirst) {
                client.socket.shutdownOutput();
            }
            client.in.readAllBytes();
        } catch (SocketTimeoutException unheard) {
            throw unheard;
        } catch (IOException _) {
            // The reset has arrived.
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theClientHearsOfEveryReset(Transport transport) throws Exception {
        long seed = Long.getLong("proa.seed", 20261126L);
        try (ScriptedServer server = resetting(new Random(seed));
                DataPath path =
                        DataPath.of(
                                transport,
                                2,
                                TestConfigs.frontend(Mode.TCP),
                                TestConfigs.backend(List.of(server.address())))) {
            for (int round = 0; round < ROUNDS; round++) {
                try (DataPath.Client client = path.client()) {
                    talk(client, round % 3 == 0);
                }
            }
            Await.until("all are gone", () -> path.listeners.connections() == 0);
            assertThat(path.traffic.servers.getFirst().current).as("seed %d", seed).hasValue(0);
        }
    }
}
