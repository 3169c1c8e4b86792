package proa.vip.lab;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two hosts that share one group: the first runs vipd and a {@link FakeNode}, the second a VRRP
 * router that is none of ours.
 */
public final class Mixed implements AutoCloseable {

    /** Host of vipd. */
    public static final int OURS = 1;

    /** Host of the other router. */
    public static final int OTHER = 2;

    private final Path folder;
    private final Site site = new Site();
    private Program vipd;
    private Program node;

    /**
     * Builds the site; starts nothing.
     *
     * @param group the keys of the group beside its {@code vrid} and {@code prefer}
     */
    public Mixed(Path folder, String group) throws IOException {
        this.folder = folder;
        Files.writeString(
                folder.resolve("proa.conf"),
                """
                schema = 1
                cluster {
                  name = mixed
                  timing = lab
                  insecure = true
                  nodes { lb1 { id = 1, addresses = ["10.77.0.11"] } }
                }
                groups { web { vrid = 51, prefer = [lb1], GROUP } }
                frontends {
                  echo { bind { group = web, vip = main, port = 7000 }, mode = tcp, backend = echo }
                }
                backends { echo { servers = [ { name = e1, address = "10.77.0.200:7000" } ] } }
                """
                        .replace("GROUP", group));
    }

    /** The namespaces. */
    public Site site() {
        return site;
    }

    /**
     * Starts vipd and its node, and waits until the node is known.
     *
     * @param below programs that take something from vipd and then start it
     */
    public void start(String... below) throws Exception {
        List<String> inside = new ArrayList<>(site.command(OURS));
        inside.addAll(List.of(below));
        Path run = folder.resolve("run");
        Path socket = run.resolve("vipd.sock");
        vipd =
                new Program(
                        inside,
                        folder.resolve("vipd.log"),
                        "proa.vip.loop.Vipd",
                        List.of(
                                "-c",
                                folder.resolve("proa.conf").toString(),
                                "--node",
                                "lb1",
                                "--run-dir",
                                run.toString()));
        Trio.await("vipd: " + vipd.output(), () -> status().contains("\"groups\""));
        node =
                new Program(
                        site.ahead(OURS),
                        folder.resolve("node.log"),
                        "proa.vip.lab.FakeNode",
                        List.of(socket.toString(), "lb1", "" + System.nanoTime(), "web"));
        Trio.await("readiness", () -> status().contains("\"ready\":true,\"gateway\""));
    }

    /** vipd. */
    public Program vipd() {
        return vipd;
    }

    /** Waits until vipd has printed that: a thread of its own writes its log. */
    public void awaitLine(String line) throws Exception {
        Trio.await(line, () -> vipd().output().contains(line));
    }

    /** Whether vipd says that it owns the group. */
    public boolean ours() {
        return status().contains("\"state\":\"ACTIVE\"");
    }

    /** What vipd says of itself; empty when it cannot be asked. */
    public String status() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(folder.resolve("run/vipd.sock")));
            channel.write(ByteBuffer.wrap(LinkCodec.encode(new LinkMessage.StatusRequest())));
            LinkCodec codec = new LinkCodec();
            ByteBuffer arrived = ByteBuffer.allocate(4096);
            LinkMessage message = null;
            while (message == null && channel.read(arrived) >= 0) {
                codec.feed(arrived.flip());
                arrived.clear();
                message = codec.next();
            }
            return message instanceof LinkMessage.Status status ? status.json() : "";
        } catch (IOException _) {
            return "";
        }
    }

    /** Kills vipd and its node, if they run. */
    public void kill() {
        if (node != null) {
            node.kill();
        }
        if (vipd != null) {
            vipd.kill();
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        site.close();
    }
}
