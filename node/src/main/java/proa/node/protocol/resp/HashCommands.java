package proa.node.protocol.resp;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.HashFields;
import proa.cluster.sessions.SessionEdit;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Hashes, each one value of the store: enough for sessions kept field by field. Replies and
 * messages are those of Redis 7.
 */
final class HashCommands {

    private static final int ANY = Integer.MAX_VALUE;

    private final Supplier<SessionStore> store;

    HashCommands(Supplier<SessionStore> store) {
        this.store = store;
    }

    void addTo(Commands commands) {
        commands.addKey("HSET", 4, ANY, this::set);
        commands.addKey("HMSET", 4, ANY, this::setMany);
        commands.addKey("HSETNX", 4, 4, this::setIfAbsent);
        commands.addKey("HDEL", 3, ANY, this::remove);
        commands.addKey("HINCRBY", 4, 4, this::add);
        commands.addKey("HGET", 3, 3, this::get);
        commands.addKey("HMGET", 3, ANY, this::getMany);
        commands.addKey("HEXISTS", 3, 3, this::exists);
        commands.addKey("HSTRLEN", 3, 3, this::length);
        commands.addKey("HLEN", 2, 2, this::size);
        commands.addKey("HGETALL", 2, 2, this::getAll);
        commands.addKey("HKEYS", 2, 2, (client, words) -> each(client, words, HashCommands::name));
        commands.addKey("HVALS", 2, 2, (client, words) -> each(client, words, HashCommands::value));
    }

    private static Reply name(Map.Entry<String, byte[]> field) {
        return Reply.text(field.getKey());
    }

    private static Reply value(Map.Entry<String, byte[]> field) {
        return new Reply.Bulk(field.getValue());
    }

    private Reply edit(Client client, List<byte[]> words, SessionEdit edit)
            throws SessionException {
        return edit.bytes() > SessionStore.VALUE_BYTES_MAX
                ? EditReply.tooLarge()
                : EditReply.of(store.get().edit(KeyCommands.key(client, words), edit));
    }

    private Reply set(Client client, List<byte[]> words) throws SessionException {
        if (words.size() % 2 != 0) {
            return Commands.wrongNumber("hset");
        }
        return edit(client, words, SessionEdit.putFields(words.subList(2, words.size())));
    }

    private Reply setMany(Client client, List<byte[]> words) throws SessionException {
        if (words.size() % 2 != 0) {
            return Commands.wrongNumber("hmset");
        }
        Reply added = set(client, words);
        return added instanceof Reply.Whole ? Reply.OK : added;
    }

    private Reply setIfAbsent(Client client, List<byte[]> words) throws SessionException {
        return edit(client, words, SessionEdit.putFieldIfAbsent(words.get(2), words.get(3)));
    }

    private Reply remove(Client client, List<byte[]> words) throws SessionException {
        return edit(client, words, SessionEdit.removeFields(words.subList(2, words.size())));
    }

    private Reply add(Client client, List<byte[]> words) throws SessionException {
        Long by = Numbers.parse(words.get(3));
        if (by == null) {
            return SetOptions.notANumber();
        }
        Reply sum = edit(client, words, SessionEdit.addToField(words.get(2), by));
        return sum.equals(SetOptions.notANumber())
                ? Reply.error("hash value is not an integer")
                : sum;
    }

    /** The fields that are there; none when there is no such key. */
    private HashFields fields(Client client, List<byte[]> words) throws SessionException {
        SessionValue found = store.get().find(KeyCommands.key(client, words));
        byte @Nullable [] bytes = found == null ? null : found.value();
        if (found != null && found.kind() != SessionValue.Kind.HASH) {
            throw new SessionException.WrongType();
        }
        return bytes == null ? new HashFields() : HashFields.decode(bytes);
    }

    private Reply get(Client client, List<byte[]> words) throws SessionException {
        return Reply.of(fields(client, words).get(words.get(2)));
    }

    private Reply getMany(Client client, List<byte[]> words) throws SessionException {
        HashFields fields = fields(client, words);
        return new Reply.Many(
                words.stream().skip(2).map(name -> Reply.of(fields.get(name))).toList());
    }

    private Reply exists(Client client, List<byte[]> words) throws SessionException {
        return Reply.flag(fields(client, words).get(words.get(2)) != null);
    }

    private Reply length(Client client, List<byte[]> words) throws SessionException {
        byte[] value = fields(client, words).get(words.get(2));
        return new Reply.Whole(value == null ? 0 : value.length);
    }

    private Reply size(Client client, List<byte[]> words) throws SessionException {
        return new Reply.Whole(fields(client, words).size());
    }

    private Reply getAll(Client client, List<byte[]> words) throws SessionException {
        List<Reply> pairs = new ArrayList<>();
        for (Map.Entry<String, byte[]> field : fields(client, words).all()) {
            pairs.add(name(field));
            pairs.add(value(field));
        }
        return new Reply.Pairs(pairs);
    }

    private Reply each(
            Client client, List<byte[]> words, Function<Map.Entry<String, byte[]>, Reply> part)
            throws SessionException {
        return new Reply.Many(fields(client, words).all().stream().map(part).toList());
    }
}
