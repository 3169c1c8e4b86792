package proa.node.haproxy;

import jdk.net.ExtendedSocketOptions;

import proa.node.admin.Control;
import proa.node.admin.Level;
import proa.node.admin.LocalListener;
import proa.node.admin.Together;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.InstantSource;

/** Listens for HAProxy's commands on a Unix socket. */
public final class StatsSocket implements AutoCloseable {

    /** Its user and group may ask, as with {@link Level#OPERATE}. */
    private static final String MODE = "rw-rw----";

    /** A program in a loop must not exhaust the process; HAProxy's default is 10. */
    private static final int CONNECTIONS_MAX = 16;

    private final LocalListener listener;

    private StatsSocket(LocalListener listener) {
        this.listener = listener;
    }

    /**
     * Listens. A socket file left by an earlier process is replaced.
     *
     * @param level what may be done there
     * @throws IOException when the file cannot be made
     */
    public static StatsSocket open(
            Path path, Level level, Figures figures, Control control, Together together)
            throws IOException {
        Commands commands = new Commands(figures, control, together, InstantSource.system());
        return new StatsSocket(
                LocalListener.open(
                        path, MODE, CONNECTIONS_MAX, client -> serve(client, commands, level)));
    }

    private static void serve(SocketChannel client, Commands commands, Level level)
            throws IOException {
        String by = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        new Dialogue(client, command -> commands.answer(command, level, by)).run();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
