package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.config.Template;
import proa.config.Template.Part;
import proa.config.Template.Variable;
import proa.config.TlsFact;
import proa.node.exchange.Facts;
import proa.node.exchange.Handshake;

import java.net.InetAddress;

/** Texts of the configuration, ready to be filled in. What comes out has no control characters. */
final class Values {

    private Values() {}

    /** A text that may depend on the request. */
    @FunctionalInterface
    interface Value {
        String of(Facts facts);
    }

    /** Whether it is the same for every request. */
    static boolean constant(Template template) {
        return template.parts().stream().allMatch(part -> part instanceof Part.Literal);
    }

    /** Parts are filled in one after the other; a text without values is put together once. */
    static Value of(Template template) {
        if (constant(template)) {
            String text = text(template);
            return _ -> text;
        }
        Value[] parts = template.parts().stream().map(Values::part).toArray(Value[]::new);
        return facts -> {
            StringBuilder text = new StringBuilder();
            for (Value part : parts) {
                text.append(part.of(facts));
            }
            return Texts.printable(text.toString());
        };
    }

    /** A constant text. */
    static String text(Template template) {
        StringBuilder text = new StringBuilder();
        template.parts().forEach(part -> text.append(((Part.Literal) part).text()));
        return Texts.asSent(text.toString());
    }

    private static Value part(Part part) {
        return switch (part) {
            case Part.Literal(String text) -> {
                String sent = Texts.asSent(text);
                yield _ -> sent;
            }
            case Part.Value(Variable of, String name) -> variable(of, name);
        };
    }

    private static Value variable(Variable of, String name) {
        return switch (of) {
            case SRC -> facts -> address(facts.source());
            case DST -> facts -> address(facts.destination().getAddress());
            case DST_PORT -> facts -> Integer.toString(facts.destination().getPort());
            case SCHEME -> Facts::scheme;
            case SNI -> Facts::serverName;
            case TLS_VERSION -> tls(TlsFact.VERSION);
            case TLS_CIPHER -> tls(TlsFact.CIPHER);
            case CERTIFICATE_SUBJECT -> tls(TlsFact.SUBJECT);
            case CERTIFICATE_ISSUER -> tls(TlsFact.ISSUER);
            case CERTIFICATE_SERIAL -> tls(TlsFact.SERIAL);
            case CERTIFICATE_FINGERPRINT -> tls(TlsFact.FINGERPRINT);
            case METHOD -> Facts::method;
            case HOST -> Facts::host;
            case PATH -> Facts::path;
            case QUERY -> Facts::query;
            case HEADER -> facts -> orEmpty(facts.header(name));
            case COOKIE -> facts -> orEmpty(facts.cookie(name));
            case PARAMETER -> facts -> sent(Parameters.first(facts.query(), name));
        };
    }

    private static Value tls(TlsFact fact) {
        return facts -> Texts.asSent(tls(facts, fact));
    }

    /** What TLS tells, or empty. */
    static String tls(Facts facts, TlsFact fact) {
        Handshake handshake = facts.handshake();
        return handshake == null ? "" : handshake.of(fact);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String sent(@Nullable String decoded) {
        return decoded == null ? "" : Texts.asSent(decoded);
    }

    /** Without the scope that a link-local address has on this machine alone. */
    static String address(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
