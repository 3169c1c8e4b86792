package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.Http2ForwardingTest.BOTH;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** HTTP/2 as curl, nghttp and h2load speak it. */
class Http2PeersTest {

    static String run(String... command) throws Exception {
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
}
