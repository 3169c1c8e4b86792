package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Trio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Who may look, who may order and be the node, on {@code vipd.sock}: users of the host. */
@RequiresNetns({"setpriv", "socat"})
final class OrderersTest {

    private static final LinkMessage.Maintenance DRAIN =
            new LinkMessage.Maintenance("lb1", true, "somebody");

    private static final LinkMessage.Hello HELLO = new LinkMessage.Hello("lb1", 9, 1, false);

    private static final LinkMessage.Status STATUS = new LinkMessage.Status("{}");

    /** As {@code nobody} in the socket's group, which is that of this process. */
    private static final List<String> IN_THE_GROUP =
            List.of("setpriv", "--reuid=nobody", "--regid=root", "--clear-groups");

    private static final List<String> OUT_OF_IT =
            List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");

    /** Another user that reads every file, so that it can be a process of Java. */
    private static final List<String> READS_ALL =
            List.of("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search");

    @TempDir private Path folder;
    private final BlockingQueue<LinkMessage.FromNode> heard = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Journal journal = new Journal();
    private Path socket;

    @BeforeEach
    void openFolder() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = folder.resolve("vipd.sock");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private void listen(String nodeUser) throws IOException {
        NodeServer server = NodeServer.open(socket, nodeUser, journal);
        opened.add(server);
        server.start(
                new NodeLink.Listener() {
                    @Override
                    public void said(NodeLink link, LinkMessage.FromNode message) {
                        heard.add(message);
                        link.send(
                                message instanceof LinkMessage.StatusRequest
                                        ? STATUS
                                        : new LinkMessage.Done(true, "done"));
                    }

                    @Override
                    public void ended(NodeLink link) {}
                });
    }

    /** What vipd answers to a message of another user's; empty: the connection ended. */
    private List<LinkMessage> say(List<String> as, LinkMessage.FromNode message) throws Exception {
        return say(as, LinkCodec.encode(message));
    }

    private List<LinkMessage> say(List<String> as, byte[] message) throws Exception {
        Process process = connect(as, message);
        try {
            return answer(process.getInputStream());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** A connection of another user's that stays, after it has said this. */
    private Process connect(List<String> as, byte[] message) throws IOException {
        Path bytes = Files.write(folder.resolve("said"), message);
        List<String> command = new ArrayList<>(as);
        command.addAll(List.of("socat", "-t60", "-", "UNIX-CONNECT:" + socket + ",shut-none"));
        return new ProcessBuilder(command)
                .redirectInput(bytes.toFile())
                .redirectError(folder.resolve("error").toFile())
                .start();
    }

    private static List<LinkMessage> answer(InputStream said) throws IOException {
        LinkCodec codec = new LinkCodec();
        byte[] some = new byte[1 << 10];
        for (int count = said.read(some); count >= 0; count = said.read(some)) {
            codec.feed(ByteBuffer.wrap(some, 0, count));
            LinkMessage answer = codec.next();
            if (answer != null) {
                return List.of(answer);
            }
        }
        return List.of();
    }

    @Test
    void theGroupMayLookAndNeitherOrderNorBeTheNode() throws Exception {
        listen("");
        assertThat(say(IN_THE_GROUP, new LinkMessage.StatusRequest())).containsExactly(STATUS);
        assertThat(heard.poll()).isEqualTo(new LinkMessage.StatusRequest());
        String why = "user nobody may not: this needs the level admin (root)";
        assertThat(say(IN_THE_GROUP, DRAIN)).containsExactly(new LinkMessage.Done(false, why));
        assertThat(say(IN_THE_GROUP, new LinkMessage.Move("web", "lb2", "somebody")))
                .containsExactly(new LinkMessage.Done(false, why));
        assertThat(say(IN_THE_GROUP, HELLO)).isEmpty();
        assertThat(say(IN_THE_GROUP, new LinkMessage.Leaving())).isEmpty();
        assertThat(heard).as("nothing of it was done").isEmpty();
        assertThat(say(OUT_OF_IT, new LinkMessage.StatusRequest())).isEmpty();
        assertThat(folder.resolve("error")).content().contains("Permission denied");
        assertThat(heard).isEmpty();
        assertThat(say(List.of(), DRAIN)).containsExactly(new LinkMessage.Done(true, "done"));
        assertThat(heard.poll()).as("root may").isEqualTo(DRAIN);
    }

    @Test
    void whoOnlyLooksLeavesPlacesForTheNodeAndForOrders() throws Exception {
        listen("");
        byte[] question = LinkCodec.encode(new LinkMessage.StatusRequest());
        for (int place = 0; place < 8; place++) {
            Process looks = connect(IN_THE_GROUP, question);
            opened.add(() -> looks.destroyForcibly().waitFor());
            assertThat(answer(looks.getInputStream())).containsExactly(STATUS);
        }
        assertThat(say(IN_THE_GROUP, question)).as("one more").isEmpty();
        assertThat(say(List.of(), DRAIN)).containsExactly(new LinkMessage.Done(true, "done"));
        opened.removeLast().close();
        Trio.await("a place", () -> say(IN_THE_GROUP, question).equals(List.of(STATUS)));
    }

    @Test
    void whoOnlyLooksIsNotReadBeyondFourKibibytes() throws Exception {
        listen("");
        String longer = "x".repeat(LinkCodec.LOOKER_FRAME_BYTES_MAX);
        assertThat(say(IN_THE_GROUP, new LinkMessage.Move("web", "lb2", longer))).isEmpty();
        assertThat(say(List.of(), new LinkMessage.Move("web", "lb2", longer)))
                .containsExactly(new LinkMessage.Done(true, "done"));
    }

    /** Frames that vipd has no use for, and so never hands on, cost it no more time than others. */
    @Test
    void whatALookerSendsIsReadSlowlyEvenIfItIsSkipped() throws Exception {
        listen("");
        byte[] skipped = LinkCodec.encode(new LinkMessage.MayLeave());
        byte[] question = LinkCodec.encode(new LinkMessage.StatusRequest());
        int reads = 128;
        int count = reads * 4_096 / skipped.length;
        ByteBuffer flood = ByteBuffer.allocate(count * skipped.length + question.length);
        for (int frame = 0; frame < count; frame++) {
            flood.put(skipped);
        }
        flood.put(question);
        long began = System.nanoTime();
        assertThat(say(IN_THE_GROUP, flood.array())).containsExactly(STATUS);
        assertThat(System.nanoTime() - began)
                .isGreaterThan((reads - 1) * NodeLink.LOOKER_REST_NANOS);
        assertThat(heard).containsExactly(new LinkMessage.StatusRequest());
    }

    @Test
    void whatIsRefusedIsALineAMinuteForEachUserAndRepeatsNothing() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Vipd.class);
        log.start();
        logger.addAppender(log);
        opened.add(() -> logger.detachAppender(log));
        listen("");
        for (int time = 0; time < 3; time++) {
            say(IN_THE_GROUP, new LinkMessage.Move("web", "lb2", "x\nALARM of somebody"));
        }
        say(as("daemon"), DRAIN);
        journal.flush(TimeUnit.MINUTES.toMillis(1));
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "user nobody may not order: Move",
                        "user daemon may not order: Maintenance");
    }

    @Test
    void theUserOfTheNodeMayWhatRootMay() throws Exception {
        listen("nobody");
        assertThat(say(IN_THE_GROUP, DRAIN)).containsExactly(new LinkMessage.Done(true, "done"));
        assertThat(heard.poll()).isEqualTo(DRAIN);
        say(IN_THE_GROUP, HELLO);
        assertThat(heard.poll()).isEqualTo(HELLO);
        assertThat(say(as("daemon"), DRAIN))
                .containsExactly(
                        new LinkMessage.Done(
                                false,
                                "user daemon may not: this needs the level admin (root and"
                                        + " nobody)"));
        assertThat(heard).isEmpty();
    }

    private static List<String> as(String user) {
        return List.of("setpriv", "--reuid=" + user, "--regid=root", "--clear-groups");
    }

    @Test
    void aUserThatDoesNotExistIsRefusedAtTheStart() {
        assertThatThrownBy(() -> NodeServer.open(socket, "nosuch", new Journal()))
                .isInstanceOf(Refusal.class)
                .hasMessage("--node-user: this host has no user nosuch");
    }

    @Test
    void theCommandSaysWhoMay() throws Exception {
        listen("");
        try (Program inside = drain(IN_THE_GROUP, "in");
                Program outside = drain(OUT_OF_IT, "out")) {
            assertThat(inside.await()).as(inside.output()).isEqualTo(2);
            assertThat(inside.output())
                    .contains("user nobody may not: this needs the level admin (root)");
            assertThat(outside.await()).as(outside.output()).isEqualTo(1);
            assertThat(outside.output())
                    .contains(
                            "nobody may not: "
                                    + socket
                                    + " is for its owner and group to look, for root and the"
                                    + " users of node and vipd to order")
                    .doesNotContain("\tat ");
        }
        assertThat(heard).as("nothing was done").isEmpty();
    }

    private Program drain(List<String> as, String name) throws IOException {
        List<String> reads = new ArrayList<>(as);
        reads.addAll(READS_ALL);
        return new Program(
                reads,
                folder.resolve(name + ".log"),
                "proa.vip.lab.CommandLines",
                List.of("lb1", "--wait", "0", "--run-dir", folder.toString()));
    }
}
