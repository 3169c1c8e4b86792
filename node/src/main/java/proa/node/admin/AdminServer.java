package proa.node.admin;

import jdk.net.ExtendedSocketOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.admin.WebRequest.Reading;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/**
 * HTTP/1.1 on a Unix socket of one {@link Level}. One virtual thread and one request for each
 * connection; what can be asked is up to {@link Router}.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /** Concurrent connections; a script in a loop must not exhaust the process. */
    private static final int CONNECTIONS_MAX = 32;

    /** A request is whole by then: the sockets of lower levels are open to all users. */
    private static final Duration REQUEST_MAX = Duration.ofSeconds(15);

    /** An answer is taken by then. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private final LocalListener listener;
    private final Level level;
    private final Router router;
    private final Alarm alarm;

    private AdminServer(Path socket, Level level, Router router, Alarm alarm) throws IOException {
        this.level = level;
        this.router = router;
        this.alarm = alarm;
        this.listener = LocalListener.open(socket, level.mode(), CONNECTIONS_MAX, this::serve);
    }

    /**
     * Listens. A socket file left by an earlier process is replaced.
     *
     * @param directory where the level's socket is to be
     * @throws IOException when the file cannot be made
     */
    public static AdminServer open(Path directory, Level level, Router router) throws IOException {
        return open(directory, level, router, Alarm.REAL);
    }

    static AdminServer open(Path directory, Level level, Router router, Alarm alarm)
            throws IOException {
        return new AdminServer(directory.resolve(level.file()), level, router, alarm);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serve(SocketChannel client) throws IOException {
        try (Watch watch = new Watch(client, alarm)) {
            watch.within(REQUEST_MAX);
            Reading reading =
                    WebRequest.read(
                            new BufferedInputStream(Channels.newInputStream(client)), null, false);
            watch.rest();
            WebAnswer answer = WebAnswer.of(answer(reading, client));
            watch.within(ANSWER_MAX);
            answer.writeTo(new BufferedOutputStream(Channels.newOutputStream(client)), true);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(Reading reading, SocketChannel client) {
        return switch (reading) {
            case Reading.Bad(Answer answer) -> answer;
            case Reading.Good(WebRequest request) -> {
                try {
                    yield router.overSocket(
                            request.method(),
                            request.target(),
                            request.body(),
                            level,
                            user(client));
                } catch (RuntimeException defect) {
                    LOG.error("{} {} failed", request.method(), request.path(), defect);
                    yield Answer.error(Answer.FAILED, "a defect: " + defect);
                }
            }
        };
    }

    /** Who is at the other end, as the kernel says. */
    private static String user(SocketChannel client) {
        try {
            return client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("nobody knows who that is", e);
            return "somebody";
        }
    }
}
