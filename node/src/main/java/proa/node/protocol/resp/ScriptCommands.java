package proa.node.protocol.resp;

import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** EVAL and what goes with it, for the scripts of {@link Script} and no others. */
final class ScriptCommands {

    private static final int ANY = Integer.MAX_VALUE;

    /** Words before the keys: command, script, number of keys. */
    private static final int KEYS_AT = 3;

    private final Supplier<SessionStore> store;

    ScriptCommands(Supplier<SessionStore> store) {
        this.store = store;
    }

    void addTo(Commands commands) {
        commands.add("EVAL", 3, ANY, this::eval);
        commands.add("EVALSHA", 3, ANY, this::evalSha);
        commands.add("SCRIPT", 2, ANY, (_, words) -> script(words));
    }

    private Reply eval(Client client, List<byte[]> words) throws SessionException {
        Script known = Script.of(Script.sha1(words.get(1)));
        return known == null ? unknown() : run(client, known, words);
    }

    private Reply evalSha(Client client, List<byte[]> words) throws SessionException {
        Script known = Script.of(Commands.text(words.get(1)).toLowerCase(Locale.ROOT));
        return known == null
                ? new Reply.Failure("NOSCRIPT No matching script. Please use EVAL.")
                : run(client, known, words);
    }

    private static Reply unknown() {
        return Reply.error(
                "this script is not run here; there is no Lua, only what these libraries send: "
                        + Script.origins());
    }

    private Reply run(Client client, Script script, List<byte[]> words) throws SessionException {
        Long keys = Numbers.parse(words.get(2));
        if (keys == null || keys != 1 || words.size() < KEYS_AT + 1 + script.argumentsMin()) {
            return Reply.error("this script takes one key and its arguments");
        }
        String key = Commands.text(words.get(KEYS_AT));
        if (key.length() > SessionStore.KEY_CHARS_MAX) {
            return Commands.longKey();
        }
        if (!client.rights().covers(key)) {
            return Commands.noKey();
        }
        return script.run(
                store.get(), client.prefix() + key, words.subList(KEYS_AT + 1, words.size()));
    }

    private static Reply script(List<byte[]> words) {
        return switch (Commands.upper(words.get(1))) {
            case "LOAD" -> words.size() == 3 ? load(words.get(2)) : wrongNumber("load");
            case "EXISTS" ->
                    new Reply.Many(words.stream().skip(2).map(ScriptCommands::exists).toList());
            case "FLUSH" -> Reply.OK; // what is known is part of the program
            default -> Reply.error("unknown subcommand. LOAD, EXISTS and FLUSH are known.");
        };
    }

    private static Reply wrongNumber(String what) {
        return Commands.wrongNumber("script|" + what);
    }

    private static Reply load(byte[] text) {
        Script known = Script.of(Script.sha1(text));
        return known == null ? unknown() : Reply.text(known.sha1());
    }

    private static Reply exists(byte[] sha1) {
        return Reply.flag(Script.of(Commands.text(sha1).toLowerCase(Locale.ROOT)) != null);
    }
}
