package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static proa.node.protocol.http2.Http2ForwardingTest.BOTH;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.testing.Ports;

import java.io.BufferedReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * HTTP/2 as curl, nghttp and h2load, Node.js and nginx speak it, where this machine has them; under
 * CI it must.
 */
class Http2PeersTest {

    private static final String ECHO =
            """
            const server = require('http2').createServer()
            server.on('stream', (stream, headers) => {
              stream.respond({ ':status': 200, 'x-te': headers.te }, { waitForTrailers: true })
              stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
              stream.pipe(stream)
            })
            server.listen(0, '127.0.0.1', () => console.log(server.address().port))
            """;

    private static final String WEB_SOCKET_SERVER =
            """
            const server = require('http2').createServer({ settings: { enableConnectProtocol: true } })
            server.on('stream', (stream, headers) => {
              stream.respond({ ':status': 200, 'x-asked': headers[':protocol'] })
              stream.pipe(stream)
            })
            server.listen(0, '127.0.0.1', () => console.log(server.address().port))
            """;

    /** Waits for the setting, as RFC 8441 §3 wants it, then talks through a tunnel and leaves. */
    private static final String WEB_SOCKET_CLIENT =
            """
            const client = require('http2').connect('http://127.0.0.1:' + process.argv[1])
            client.on('remoteSettings', settings => {
              if (!settings.enableConnectProtocol) throw new Error('not offered')
              const stream = client.request({
                ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat',
                'sec-websocket-version': 13 })
              let back = ''
              stream.on('response', headers => console.log(headers[':status'], headers['x-asked']))
              stream.on('data', part => back += part)
              stream.on('end', () => { console.log(back.length, back === 'w'.repeat(200000)); client.close() })
              stream.end('w'.repeat(200000))
            })
            """;

    private static final String NGINX =
            """
            daemon off; master_process off; pid FOLDER/pid; error_log stderr;
            events {}
            http {
              access_log off; client_body_temp_path FOLDER; proxy_temp_path FOLDER;
              fastcgi_temp_path FOLDER; uwsgi_temp_path FOLDER; scgi_temp_path FOLDER;
              server { listen 127.0.0.1:PORT http2; location / { return 200 "$server_protocol $host"; } }
            }
            """;

    private static void required(String program) {
        boolean there =
                Stream.of("/usr/bin", "/usr/sbin")
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assertThat(there).as(program).isTrue();
        }
        assumeTrue(there, program + " is not installed");
    }

    static String run(String... command) throws Exception {
        required(command[0]);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    @Test
    void curlUploadsAndDownloads(@TempDir Path folder) throws Exception {
        Path body = folder.resolve("body");
        Files.writeString(body, "x".repeat(1 << 20));
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server)) {
            String url = "http://127.0.0.1:" + path.port() + "/a?b=c";
            String back =
                    run("curl", "-sS", "--http2-prior-knowledge", "--data-binary", "@" + body, url);
            assertThat(back).startsWith("POST /a?b=c HTTP/1.1\r\n").contains("x".repeat(1 << 20));
            assertThat(run("curl", "-sS", "-i", "--http2-prior-knowledge", url))
                    .startsWith("HTTP/2 200");
            assertThat(run("curl", "-sS", "-i", "--http1.1", url)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void nghttpAsksForSeveralAtOnceAndSendsTrailers(@TempDir Path folder) throws Exception {
        Path body = folder.resolve("body");
        Files.writeString(body, "y".repeat(100_000));
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server)) {
            String url = "http://127.0.0.1:" + path.port() + "/";
            String stats = run("nghttp", "-n", "-s", "-m", "20", url);
            assertThat(stats.split(" 200 ", -1).length - 1).isEqualTo(20);
            String sent =
                    run(
                            "nghttp",
                            "--no-content-length",
                            "-d",
                            body.toString(),
                            "--trailer",
                            "x-sum: 1",
                            url);
            assertThat(sent).contains("0\r\nx-sum: 1\r\n\r\n");
        }
    }

    @Test
    void h2loadFindsNoError() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server)) {
            String url = "http://127.0.0.1:" + path.port() + "/";
            assertThat(run("h2load", "-n", "2000", "-c", "4", "-m", "20", url))
                    .contains("2000 succeeded, 0 failed, 0 errored, 0 timeout");
        }
    }

    @Test
    void nodeEchoesAndSendsTrailers(@TempDir Path folder) throws Exception {
        required("node");
        Path body = folder.resolve("body");
        Files.writeString(body, "z".repeat(500_000));
        Process node = new ProcessBuilder("node", "-e", ECHO).redirectErrorStream(true).start();
        try (BufferedReader said = node.inputReader()) {
            int port = Integer.parseInt(said.readLine());
            InetSocketAddress server = new InetSocketAddress("127.0.0.1", port);
            try (RuledPath path = RuledPath.toHttp2(BOTH, server)) {
                String url = "http://127.0.0.1:" + path.port() + "/";
                String second =
                        run("nghttp", "-v", "--no-content-length", "-d", body.toString(), url);
                assertThat(second).contains("grpc-status: 0", "x-te: trailers");
                String first = run("curl", "-sS", "--http1.1", "--data-binary", "@" + body, url);
                assertThat(first).isEqualTo("z".repeat(500_000));
            }
        } finally {
            node.destroy();
            node.waitFor();
        }
    }

    @Test
    void nodeTalksThroughAWebSocket() throws Exception {
        required("node");
        Process node =
                new ProcessBuilder("node", "-e", WEB_SOCKET_SERVER)
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader said = node.inputReader()) {
            int port = Integer.parseInt(said.readLine());
            InetSocketAddress server = new InetSocketAddress("127.0.0.1", port);
            try (RuledPath path = RuledPath.toHttp2(BOTH, server)) {
                assertThat(run("node", "-e", WEB_SOCKET_CLIENT, "" + path.port()))
                        .isEqualTo("200 websocket\n200000 true\n");
            }
        } finally {
            node.destroy();
            node.waitFor();
        }
    }

    @Test
    void nginxServesManyOnFewConnections(@TempDir Path folder) throws Exception {
        required("nginx");
        int port = Ports.free();
        String text = NGINX.replace("FOLDER", folder.toString()).replace("PORT", "" + port);
        Path file = Files.writeString(folder.resolve("nginx.conf"), text);
        Process nginx =
                new ProcessBuilder("nginx", "-c", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said").toFile())
                        .start();
        InetSocketAddress server = new InetSocketAddress("127.0.0.1", port);
        try (RuledPath path = RuledPath.toHttp2(BOTH, server)) {
            String url = "http://127.0.0.1:" + path.port() + "/";
            Await.until("nginx listens", () -> run("curl", "-sS", url).contains("HTTP/2.0"));
            assertThat(run("h2load", "-n", "3000", "-c", "4", "-m", "50", url))
                    .contains("3000 succeeded, 0 failed, 0 errored, 0 timeout");
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }
}
