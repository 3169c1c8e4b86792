package proa.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.LogConfig;
import proa.config.LogConfig.Field;
import proa.config.LogConfig.Format;
import proa.config.LogConfig.Piece;
import proa.config.LogConfig.Syslog;
import proa.config.LogConfig.Target;
import proa.config.RecordOptions;
import proa.node.Await;
import proa.node.admin.JsonReader;
import proa.node.record.BackendCounters;
import proa.node.record.Ending;
import proa.node.record.FrontendCounters;
import proa.node.record.Recorder;
import proa.node.record.ServerCounters;
import proa.node.record.TrafficRecord;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

class AccessLogsTest {

    /** 2026-11-06T20:49:03.007Z. */
    private static final long WALL_MILLIS = 1_793_998_143_007L;

    private static final Format.Own OWN =
            new Format.Own(
                    List.of(
                            new Piece.Literal("«"),
                            new Piece.Value(Field.METHOD),
                            new Piece.Literal("» "),
                            new Piece.Value(Field.STATUS),
                            new Piece.Literal(" "),
                            new Piece.Header("X-A")));

    private final AccessLogs logs = new AccessLogs("lb1", ZoneOffset.UTC);

    /** Grows by a millisecond with every look. */
    private final AtomicLong nanos = new AtomicLong(1_000_000_000);

    @AfterEach
    void end() {
        logs.close();
    }

    private TrafficRecord record(LogConfig config) throws IOException {
        Recorder.Clocks clocks =
                new Recorder.Clocks(() -> nanos.addAndGet(1_000_000), () -> WALL_MILLIS);
        return new Recorder(
                        new FrontendCounters("web"),
                        logs.of("web", new RecordOptions(Optional.of(config), Optional.empty())),
                        clocks)
                .record(this, () -> Ending.NORMAL);
    }

    private static LogConfig config(Format format, Target target, int every) {
        return new LogConfig(format, target, every, true, List.of());
    }

    private static void pass(TrafficRecord record, String line, int status) throws IOException {
        record.from(InetAddress.getByName("192.0.2.7"), 4711, true);
        record.received(40);
        record.begins(
                new TrafficRecord.Head() {
                    @Override
                    public int copyLine(byte[] to) {
                        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
                        System.arraycopy(bytes, 0, to, 0, bytes.length);
                        return bytes.length;
                    }

                    @Override
                    public String header(String name) {
                        return "of " + name + "\u00e9";
                    }
                });
        record.forwarded(new BackendCounters("shop"));
        record.chosen("s1", new ServerCounters(() -> 3));
        record.connected();
        record.answered(status);
        record.sent(1234);
        record.ended();
    }

    private static String lineOf(int status) {
        return "192.0.2.7:4711 [06/Nov/2026:20:49:03.007] web~ shop/s1 1/1/1/1/5 "
                + status
                + " 1234 - - ---- 0/0/0/3/0 0/0 \"GET /a#22b#E9 HTTP/1.1\"";
    }

    @Test
    void a_line_over_udp_begins_as_rfc_3164_or_5424_want_it() throws Exception {
        try (DatagramSocket daemon = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            daemon.setSoTimeout(30_000);
            InetSocketAddress at = (InetSocketAddress) daemon.getLocalSocketAddress();
            for (boolean modern : new boolean[] {false, true}) {
                Target target = new Target.Network(at, new Syslog(16, modern));
                TrafficRecord record = record(config(new Format.Httplog(), target, 1));
                pass(record, "GET /a\"b\u00e9 HTTP/1.1", 200);
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                daemon.receive(packet);
                String line =
                        new String(
                                packet.getData(),
                                0,
                                packet.getLength(),
                                StandardCharsets.ISO_8859_1);
                long process = ProcessHandle.current().pid();
                assertThat(line)
                        .isEqualTo(
                                (modern
                                                ? "<134>1 2026-11-06T20:49:03.012+00:00 lb1 proa "
                                                        + process
                                                        + " - - "
                                                : "<134>Nov  6 20:49:03 lb1 proa["
                                                        + process
                                                        + "]: ")
                                        + lineOf(200));
            }
        }
    }

    @Test
    void a_line_reaches_a_local_daemon_and_the_one_that_follows_it(@TempDir Path directory)
            throws Exception {
        Path socket = directory.resolve("log");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            Channel daemon = daemon(group, socket, true, heard);
            Target target = new Target.Local(socket, new Syslog(3, false));
            TrafficRecord record = record(config(new Format.Tcplog(), target, 1));
            pass(record, "GET / HTTP/1.1", 200);
            assertThat(heard.poll(30, TimeUnit.SECONDS))
                    .startsWith("<30>Nov  6 20:49:03 lb1 proa[")
                    .endsWith("web~ shop/s1 1/1/5 1234 -- 0/0/0/3/0 0/0");
            daemon.close().syncUninterruptibly();
            Files.deleteIfExists(socket);
            daemon(group, socket, true, heard);
            Await.until(
                    "the next daemon hears",
                    () -> {
                        pass(record, "GET / HTTP/1.1", 200);
                        return heard.poll(10, TimeUnit.MILLISECONDS) != null;
                    });
        } finally {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    private static Channel daemon(
            MultiThreadIoEventLoopGroup group,
            Path socket,
            boolean hears,
            BlockingQueue<String> heard) {
        return new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .option(ChannelOption.AUTO_READ, hears)
                .handler(
                        new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                            @Override
                            protected void channelRead0(
                                    ChannelHandlerContext context, DomainDatagramPacket packet) {
                                heard.add(packet.content().toString(StandardCharsets.ISO_8859_1));
                            }
                        })
                .bind(new DomainSocketAddress(socket.toString()))
                .syncUninterruptibly()
                .channel();
    }

    /** A daemon that is there and reads nothing: its socket is full after some lines. */
    @Test
    void a_daemon_that_is_stuck_holds_up_no_other_log(@TempDir Path directory) throws Exception {
        Path socket = directory.resolve("log");
        Path file = directory.resolve("own.log");
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            daemon(group, socket, false, new LinkedBlockingQueue<>());
            Target target = new Target.Local(socket, new Syslog(3, false));
            TrafficRecord stuck = record(config(new Format.Httplog(), target, 1));
            TrafficRecord other = record(config(OWN, new Target.File(file), 1));
            LogCounters counters = logs.counters().get(socket.toString());
            Await.until(
                    "its socket is full, and each is counted",
                    () -> {
                        pass(stuck, "GET / HTTP/1.1", 200);
                        return counters.failed() > 500;
                    });
            pass(other, "GET / HTTP/1.1", 200);
            Await.until("the other is written", () -> Files.size(file) > 0);
        } finally {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_daemon_that_reads_again_misses_only_what_came_meanwhile(@TempDir Path directory)
            throws Exception {
        Path socket = directory.resolve("log");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            Channel daemon = daemon(group, socket, false, heard);
            try (LocalSink sink = new LocalSink(socket)) {
                int taken = 0;
                while (takes(sink, "line " + taken)) {
                    taken++;
                }
                daemon.config().setAutoRead(true);
                for (int line = 0; line <= taken; line++) { // also the one that had to wait
                    assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("line " + line);
                }
                Await.until("it takes lines again", () -> takes(sink, "again"));
                assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("again");
            }
        } finally {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    private static boolean takes(LocalSink sink, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        try {
            sink.line(bytes, bytes.length);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void what_a_client_sends_does_not_spoil_the_form_of_its_line(@TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("json.log");
        List<String> fields =
                IntStream.range(0, 8).mapToObj(at -> "X-" + at + "-" + "n".repeat(40)).toList();
        LogConfig config = new LogConfig(new Format.Json(), new Target.File(file), 1, true, fields);
        pass(record(config), "GET /" + "\"".repeat(8_000) + " HTTP/1.1", 200);
        pass(record(config), "GET /" + "\u0001".repeat(8_000) + " HTTP/1.1", 200);
        logs.close();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        for (String line : lines) {
            assertThat(JsonReader.read(line))
                    .asInstanceOf(MAP)
                    .hasSize(Field.values().length + 1)
                    .extractingByKey("headers", MAP)
                    .hasSize(8);
        }
    }

    @Test
    void who_leaves_in_the_midst_of_a_head_is_a_line(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("half.log");
        LogConfig config =
                new LogConfig(new Format.Httplog(), new Target.File(file), 1, false, List.of());
        TrafficRecord record = record(config);
        record.from(InetAddress.getLoopbackAddress(), 1, false);
        record.received(12);
        record.headBegins();
        record.ended();
        record.received(2); // thrown away behind the last answer
        record.ended();
        logs.close();
        assertThat(Files.readAllLines(file))
                .hasSize(1)
                .first()
                .asString()
                .contains(" web/<NOSRV> ", " CR-- ", "<BADREQ>");
    }

    @Test
    void of_many_lines_a_sample_and_all_failures_are_written(@TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("own.log");
        TrafficRecord record = record(config(OWN, new Target.File(file), 10));
        for (int request = 0; request < 30; request++) {
            pass(record, "GET / HTTP/1.1", request == 4 ? 503 : 200);
        }
        logs.close();
        assertThat(Files.readAllLines(file, StandardCharsets.UTF_8))
                .hasSize(4)
                .contains("«GET» 503 of X-A#E9")
                .contains("«GET» 200 of X-A#E9");
    }

    @Test
    void the_time_of_a_connection_is_not_that_of_another(@TempDir Path directory) throws Exception {
        TrafficRecord record =
                record(config(OWN, new Target.File(directory.resolve("own.log")), 1));
        record.received(40);
        BackendCounters shop = new BackendCounters("shop");
        record.forwarded(shop);
        record.chosen("s1", new ServerCounters(() -> 0));
        record.connected();
        record.chosen("s2", new ServerCounters(() -> 0)); // the first had closed it meanwhile
        assertThat(record.connectMillis()).as("it is not there").isEqualTo(-1);
        record.connected();
        assertThat(record.connectMillis()).isEqualTo(1);
    }

    @Test
    void a_full_disk_is_counted_and_nothing_stops() throws Exception {
        Target full = new Target.File(Path.of("/dev/full"));
        TrafficRecord record = record(config(new Format.Json(), full, 1));
        pass(record, "GET / HTTP/1.1", 200);
        LogCounters counters = logs.counters().get("/dev/full");
        Await.until("counted", () -> counters.failed() > 0);
        assertThat(counters.written()).isZero();
    }

    @Test
    void lines_that_nobody_takes_are_dropped_and_counted() {
        LineRing ring = new LineRing(1 << 10);
        byte[] line = "0123456789".getBytes(StandardCharsets.US_ASCII);
        int taken = 0;
        while (ring.offer(line, line.length)) {
            taken++;
        }
        assertThat(taken).isEqualTo((1 << 10) / (line.length + 4));
        byte[] out = new byte[16];
        for (int round = 0; round < 1000; round++) {
            assertThat(ring.poll(out)).isEqualTo(line.length);
            assertThat(out).startsWith(line);
            assertThat(ring.offer(line, line.length)).isTrue();
        }
    }

    @Test
    void a_connection_without_a_request_is_a_line_where_it_is_wanted(@TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("empty.log");
        TrafficRecord record = record(config(new Format.Httplog(), new Target.File(file), 1));
        record.from(InetAddress.getLoopbackAddress(), 1, false);
        record.ended();
        record.ended();
        logs.close();
        assertThat(Files.readAllLines(file)).hasSize(1).first().asString().contains("<BADREQ>");
    }

    @Test
    void a_log_that_cannot_be_written_is_refused(@TempDir Path directory) {
        Target target = new Target.File(directory.resolve("no/such.log"));
        assertThatThrownBy(() -> record(config(new Format.Json(), target, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("frontend web cannot log to")
                .hasMessageContaining("there is no such folder");
    }

    /** A disk that hangs takes nothing and gives no error: a pipe that nobody reads. */
    @Test
    void a_file_that_takes_nothing_does_not_hold_up_the_end(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("http.log");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Thread writer;
        // Opened both ways, opening waits for nobody.
        try (RandomAccessFile both = new RandomAccessFile(pipe.toFile(), "rw")) {
            TrafficRecord record = record(config(OWN, new Target.File(pipe), 1));
            String line = "x".repeat(500);
            for (int at = 0; at < 400; at++) {
                pass(record, line, 200);
            }
            logs.close();
            Await.until("it stands in a write", () -> writing().isPresent());
            writer = writing().orElseThrow();
            assertThat(both.getFD().valid()).as("open as long as that").isTrue();
        }
        // Nobody can read any more: the write fails.
        assertThat(writer.join(Duration.ofSeconds(30))).isTrue();
    }

    /** The writer, which is left alone in the middle of a write. */
    private static Optional<Thread> writing() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(each -> each.getKey().getName().equals("access-log"))
                .filter(
                        each ->
                                Arrays.stream(each.getValue())
                                        .anyMatch(frame -> frame.getMethodName().equals("write0")))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
