package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.StickyCookie;
import proa.config.StickyCookie.Mode;
import proa.node.exchange.Facts;
import proa.node.message.Edits;
import proa.node.message.FieldEdit;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A cookie of the servers' own that is changed on its way: its value is sent to clients behind the
 * server's name and a tilde, which servers do not see again, or is replaced by the name. What a
 * client got before this was configured has no tilde and goes to servers as it is.
 */
final class ServerCookieStickiness implements Stickiness {

    private static final char BEFORE_VALUE = '~';

    private final String cookie;
    private final boolean prefix;
    private final Marks marks;
    private final List<FieldEdit> ofRequest;

    ServerCookieStickiness(StickyCookie cookie, Marks marks) {
        this.cookie = cookie.name();
        this.prefix = cookie.mode() == Mode.PREFIX;
        this.marks = marks;
        this.ofRequest =
                prefix ? List.of(new FieldEdit.Replace("Cookie", this::stripped)) : List.of();
    }

    @Override
    public Marks marks() {
        return marks;
    }

    @Override
    public Client client(Facts facts) {
        Mark mark = marks.open(marked(facts.cookie(cookie)));
        return mark == null ? NOBODY : mark::server;
    }

    /** The part of the value that is ours, or null. */
    private @Nullable String marked(@Nullable String value) {
        if (value == null || !prefix) {
            return value;
        }
        int cut = value.indexOf(BEFORE_VALUE);
        return cut < 0 ? null : value.substring(0, cut);
    }

    @Override
    public Edits edits(@Nullable Edits ofRules, Supplier<@Nullable String> server) {
        UnaryOperator<String> change =
                line -> {
                    String name = server.get();
                    return name == null ? line : changed(line, name);
                };
        FieldEdit ofResponse = new FieldEdit.Replace(SetCookies.FIELD, change);
        return Edits.around(ofRules, ofRequest, List.of(ofResponse));
    }

    private String changed(String line, String server) {
        String mark = marks.seal(server);
        return SetCookies.change(line, cookie, prefix ? mark + BEFORE_VALUE : mark, prefix);
    }

    /** A Cookie field without what is ours (RFC 6265 §4.2.1). */
    private String stripped(String pairs) {
        StringBuilder rest = null;
        int copied = 0;
        for (int from = 0; from < pairs.length(); ) {
            int semicolon = pairs.indexOf(';', from);
            int end = semicolon < 0 ? pairs.length() : semicolon;
            int value = valueStart(pairs, from);
            int cut = value < 0 ? -1 : pairs.indexOf(BEFORE_VALUE, value);
            if (cut >= 0 && cut < end) {
                rest = rest == null ? new StringBuilder(pairs.length()) : rest;
                rest.append(pairs, copied, value);
                copied = cut + 1;
            }
            from = end + 1;
        }
        return rest == null ? pairs : rest.append(pairs, copied, pairs.length()).toString();
    }

    /** Where the value of a pair begins if it is our cookie, else -1. */
    private int valueStart(String pairs, int from) {
        int at = from;
        while (at < pairs.length() && (pairs.charAt(at) == ' ' || pairs.charAt(at) == '\t')) {
            at++;
        }
        int equals = at + cookie.length();
        boolean ours =
                pairs.startsWith(cookie, at)
                        && equals < pairs.length()
                        && pairs.charAt(equals) == '=';
        return ours ? equals + 1 : -1;
    }
}
