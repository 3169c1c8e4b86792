package proa.chaos.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Loopback;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What systemd hears of node and vipd, from real processes over a real datagram socket. */
class ServiceReportsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path folder;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Loopback machine = Loopback.open();

    @BeforeEach
    void listenAsSystemdDoes() throws IOException {
        new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new Listener())
                .bind(new DomainSocketAddress(folder.resolve("notify").toString()))
                .syncUninterruptibly();
        Files.writeString(
                folder.resolve("proa.conf"),
                """
                schema = 1
                cluster {
                  name = t, timing = vm, ownership = bind, insecure = true
                  nodes { lb1 { id = 1, addresses = ["127.78.9.1"] }, lb2 { id = 2, addresses = ["127.78.9.2"] } }
                }
                groups { web { vrid = 51, prefer = [lb1, lb2], vips { main = "127.78.9.100" } } }
                frontends {
                  http { bind { address = "127.78.9.1", port = 8080 }, mode = http, backend = none }
                }
                backends { none { servers = [ { name = none, address = "127.78.9.1:9" } ] } }
                """);
    }

    @AfterEach
    void end() {
        machine.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Listener extends SimpleChannelInboundHandler<DomainDatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
            heard.add(packet.content().toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aNodeIsReadyAliveReloadingAndStopping() {
        LabProcess node = start("node", "--state-dir", folder.resolve("state").toString());
        await("READY=1\n");
        await("WATCHDOG=1\n");
        await("STATUS=not ready: ");
        assertThat(all()).doesNotContain("RELOADING=1").doesNotContain("STOPPING=1");

        heard.clear();
        machine.start(
                "reload",
                Launcher.command(List.of("reload", "--run-dir", run())),
                folder.resolve("reload.log"),
                Launcher.ENVIRONMENT);
        await("RELOADING=1\nMONOTONIC_USEC=");
        await("READY=1\n");

        node.terminate();
        await("STOPPING=1\n");
        assertThat(node.await(PATIENCE)).isZero();
    }

    @Test
    void vipdIsReadyAliveAndStopping() {
        LabProcess vipd = start("vipd");
        await("READY=1\n");
        await("STATUS=owns nothing\n");
        await("WATCHDOG=1\n");
        vipd.terminate();
        await("STOPPING=1\n");
        assertThat(vipd.await(PATIENCE)).isZero();
    }

    private LabProcess start(String program, String... more) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program,
                                "-c",
                                folder.resolve("proa.conf").toString(),
                                "--node",
                                "lb1",
                                "--run-dir",
                                run()));
        command.addAll(List.of(more));
        Map<String, String> environment = new HashMap<>(Launcher.ENVIRONMENT);
        environment.put("NOTIFY_SOCKET", folder.resolve("notify").toString());
        environment.put("WATCHDOG_USEC", "15000000");
        environment.put("PROA_NODE_HEAP", "128m");
        return machine.start(
                program, Launcher.command(command), folder.resolve(program + ".log"), environment);
    }

    private String run() {
        return folder.resolve("run").toString();
    }

    private void await(String words) {
        Await.until(PATIENCE, () -> "systemd hears " + words + all(), () -> all().contains(words));
    }

    private String all() {
        return String.join("", heard);
    }
}
