package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig;
import proa.node.listener.Transport;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many requests of mixed kinds over a few connections, some pipelined: every body comes back as it
 * went. The number of requests is {@code -Dproa.soak.requests}; 4,000 by default, so that a build
 * takes seconds.
 */
class SoakTest {

    private static final int REQUESTS = Integer.getInteger("proa.soak.requests", 4_000);
    private static final int CLIENTS = 8;

    /** The body comes back chunked, with a length or until the end, as the target asks. */
    private static ScriptedServer mirror() throws Exception {
        return new ScriptedServer(
                peer -> {
                    for (Wire.Message request = peer.request();
                            request != null;
                            request = peer.request()) {
                        String body = Wire.latin(request.body());
                        String target = request.head().split(" ")[1];
                        if (target.equals("/close")) {
                            peer.send("HTTP/1.1 200 OK\r\n\r\n" + body);
                            return;
                        }
                        peer.send(target.equals("/chunked") ? chunked(body) : sized(body));
                    }
                });
    }

    private static String sized(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String chunked(String body) {
        StringBuilder out =
                new StringBuilder("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        chunks(out, body);
        return out.toString();
    }

    private static void chunks(StringBuilder out, String body) {
        int half = body.length() / 2;
        for (String part : List.of(body.substring(0, half), body.substring(half))) {
            if (!part.isEmpty()) {
                out.append(Integer.toHexString(part.length()))
                        .append("\r\n")
                        .append(part)
                        .append("\r\n");
            }
        }
        out.append("0\r\n\r\n");
    }

    @Test
    void everyBodyComesBackAsItWent() throws Exception {
        try (ScriptedServer one = mirror();
                ScriptedServer two = mirror();
                DataPath path =
                        DataPath.of(
                                Transport.best(),
                                2,
                                TestConfigs.frontend(FrontendConfig.Mode.HTTP),
                                TestConfigs.backend(List.of(one.address(), two.address())));
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                long seed = client;
                Callable<Integer> work = () -> client(path, new Random(seed));
                running.add(executor.submit(work));
            }
            int done = 0;
            for (Future<Integer> each : running) {
                done += each.get();
            }
            assertThat(done).isEqualTo(REQUESTS / CLIENTS * CLIENTS);
            path.traffic.servers.forEach(server -> assertThat(server.current).hasValue(0));
        }
    }

    private static int client(DataPath path, Random random) throws Exception {
        int done = 0;
        while (done < REQUESTS / CLIENTS) {
            done += connection(path, random, REQUESTS / CLIENTS - done);
        }
        return done;
    }

    /** Pipelined groups until the server ends the connection or nothing is left. */
    private static int connection(DataPath path, Random random, int max) throws Exception {
        int done = 0;
        try (DataPath.Client client = path.client()) {
            while (done < max) {
                int group = Math.min(1 + random.nextInt(4), max - done);
                StringBuilder requests = new StringBuilder();
                List<String> bodies = new ArrayList<>();
                boolean last = random.nextInt(20) == 0;
                for (int at = 0; at < group; at++) {
                    boolean closes = last && at == group - 1;
                    bodies.add(
                            request(
                                    random,
                                    requests,
                                    closes
                                            ? "/close"
                                            : random.nextBoolean() ? "/chunked" : "/sized"));
                }
                client.send(requests.toString());
                for (String body : bodies) {
                    assertThat(client.response().text().equals(body)).isTrue();
                    done++;
                }
                if (last) {
                    return done;
                }
            }
        }
        return done;
    }

    private static String request(Random random, StringBuilder out, String target) {
        byte[] bytes =
                new byte[random.nextInt(8) == 0 ? random.nextInt(100_000) : random.nextInt(400)];
        random.nextBytes(bytes);
        String body = Wire.latin(bytes);
        out.append("POST ").append(target).append(" HTTP/1.1\r\nHost: a\r\n");
        if (random.nextBoolean()) {
            out.append("Transfer-Encoding: chunked\r\n\r\n");
            chunks(out, body);
        } else {
            out.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        }
        return body;
    }
}
