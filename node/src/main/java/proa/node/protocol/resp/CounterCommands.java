package proa.node.protocol.resp;

import proa.cluster.sessions.SessionEdit;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;

import java.util.List;
import java.util.function.Supplier;

/** Commands that change a value by what it is. Replies and messages are those of Redis 7. */
final class CounterCommands {

    private final Supplier<SessionStore> store;

    CounterCommands(Supplier<SessionStore> store) {
        this.store = store;
    }

    void addTo(Commands commands) {
        commands.addKey("INCR", 2, 2, (client, words) -> add(client, words, 1));
        commands.addKey("DECR", 2, 2, (client, words) -> add(client, words, -1));
        commands.addKey("INCRBY", 3, 3, (client, words) -> addGiven(client, words, false));
        commands.addKey("DECRBY", 3, 3, (client, words) -> addGiven(client, words, true));
        commands.addKey("APPEND", 3, 3, this::append);
        commands.addKey("STRLEN", 2, 2, this::length);
    }

    private Reply add(Client client, List<byte[]> words, long by) throws SessionException {
        return edit(client, words, SessionEdit.add(by));
    }

    private Reply addGiven(Client client, List<byte[]> words, boolean less)
            throws SessionException {
        Long by = Numbers.parse(words.get(2));
        if (by == null || less && by == Long.MIN_VALUE) {
            return SetOptions.notANumber();
        }
        return add(client, words, less ? -by : by);
    }

    private Reply append(Client client, List<byte[]> words) throws SessionException {
        return edit(client, words, SessionEdit.append(words.get(2)));
    }

    private Reply edit(Client client, List<byte[]> words, SessionEdit edit)
            throws SessionException {
        return EditReply.of(store.get().edit(KeyCommands.key(client, words), edit));
    }

    private Reply length(Client client, List<byte[]> words) throws SessionException {
        byte[] value = store.get().get(KeyCommands.key(client, words));
        return new Reply.Whole(value == null ? 0 : value.length);
    }
}
