package proa.node.haproxy;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * One connection of a stats socket: a line of commands with semicolons between, the answer of each
 * and an empty line, the end; or, after {@code prompt}, line after line. Used by one thread.
 */
final class Dialogue {

    private static final int LINE_BYTES_MAX = 16 << 10;
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final int TIMEOUT_SECONDS_MAX = 3_600;
    private static final String PROMPT = "\n> ";
    private static final String TIMEOUT = "set timeout cli ";

    private final SocketChannel client;
    private final UnaryOperator<String> answer;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteBuffer read = ByteBuffer.allocate(4 << 10).flip();
    private boolean interactive;
    private boolean over;
    private long timeoutMillis = TIMEOUT_MILLIS;

    /**
     * A conversation.
     *
     * @param answer of one command
     */
    Dialogue(SocketChannel client, UnaryOperator<String> answer) {
        this.client = client;
        this.answer = answer;
    }

    /** Speaks until the client or its time is at its end. */
    void run() throws IOException {
        client.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            SelectionKey key = client.register(selector, SelectionKey.OP_READ);
            while (!over) {
                String commands = readLine(selector, key);
                if (commands == null) {
                    return;
                }
                boolean before = interactive;
                for (String command : commands.split(";")) {
                    if (!command.isBlank() && !over) {
                        say(selector, key, of(command.strip()));
                    }
                }
                if (interactive && !over) {
                    say(selector, key, before ? "> " : PROMPT);
                } else {
                    return;
                }
            }
        }
    }

    /** What a command is answered, with the empty line behind it. */
    private String of(String command) {
        if (command.equals("prompt")) {
            interactive = !interactive;
            return "";
        }
        if (command.equals("quit")) {
            over = true;
            return "";
        }
        if (command.startsWith(TIMEOUT)) {
            String seconds = command.substring(TIMEOUT.length()).strip();
            if (!seconds.matches("\\d{1,4}s?")) {
                return "Invalid timeout value\n\n";
            }
            int number = Integer.parseInt(seconds.replace("s", ""));
            timeoutMillis = 1_000L * Math.clamp(number, 1, TIMEOUT_SECONDS_MAX);
            return "\n";
        }
        return answer.apply(command) + "\n";
    }

    /** The next line, or what there is at the end; null when there is nothing, or no time left. */
    private @Nullable String readLine(Selector selector, SelectionKey key) throws IOException {
        line.reset();
        while (line.size() < LINE_BYTES_MAX) {
            while (read.hasRemaining()) {
                byte next = read.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(next);
            }
            key.interestOps(SelectionKey.OP_READ);
            if (selector.select(timeoutMillis) == 0) {
                return null;
            }
            selector.selectedKeys().clear();
            int count = client.read(read.clear());
            read.flip();
            if (count < 0) {
                return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    private void say(Selector selector, SelectionKey key, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            if (client.write(bytes) == 0) {
                key.interestOps(SelectionKey.OP_WRITE);
                if (selector.select(timeoutMillis) == 0) {
                    throw new IOException("the client does not read");
                }
                selector.selectedKeys().clear();
            }
        }
    }
}
