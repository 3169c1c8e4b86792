package proa.chaos.bench.l4;

import picocli.CommandLine.Command;

import proa.chaos.lab.Conversation;
import proa.config.command.Subcommand;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code proa bench-l4-clients}: clients whose connections last. Lines of standard input: {@code
 * open ADDRESS PORT COUNT}, again for more, {@code count} and {@code close}, each answered with
 * {@link Survivors} of all.
 */
@Command(
        name = "bench-l4-clients",
        hidden = true,
        description = "Lasting clients of the bench of layer 4.")
public final class L4ClientsCommand implements Subcommand {

    /** How long a connection may be silent before it counts as lost. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final Survivors NOBODY = new Survivors(0, 0, 0, 0, "");

    private final List<LastingClients> clients = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        Conversation.answer(this::answer);
        return 0;
    }

    private Survivors answer(String question) throws IOException {
        String[] words = question.split(" ", -1);
        switch (words[0]) {
            case "open" -> {
                InetSocketAddress address =
                        new InetSocketAddress(words[1], Integer.parseInt(words[2]));
                clients.add(new LastingClients(address, Integer.parseInt(words[3])));
            }
            case "count" -> {}
            case "close" -> {
                clients.forEach(LastingClients::close);
                clients.clear();
            }
            default -> throw new IOException("not a question: " + question);
        }
        return clients.stream()
                .map(each -> each.awaitMore(PATIENCE_NANOS))
                .reduce(NOBODY, Survivors::and);
    }
}
