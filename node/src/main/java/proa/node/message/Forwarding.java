package proa.node.message;

import org.jspecify.annotations.Nullable;

import proa.config.HttpOptions;
import proa.config.HttpOptions.Forwarded;
import proa.config.Network;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * What servers are told of the client, and whose word on it is taken. A sender that is not trusted
 * is the client, whatever it says; a trusted one speaks for the client it names, and servers get
 * what it said with the sender added. Immutable.
 */
public final class Forwarding {

    private static final Set<Forwarded> OF_THE_CONNECTION =
            Set.of(
                    Forwarded.X_FORWARDED_FOR,
                    Forwarded.X_FORWARDED_PROTO,
                    Forwarded.X_FORWARDED_PORT);

    private final List<Network> trusted;
    private final List<Forwarded> fields;
    private final boolean fixed;
    private final Field clientField;

    public Forwarding(HttpOptions options) {
        this.trusted = options.trusted();
        this.fields = options.forwarded();
        this.fixed = OF_THE_CONNECTION.containsAll(fields);
        this.clientField =
                options.clientField() == Forwarded.FORWARDED
                        ? Field.FORWARDED
                        : Field.X_FORWARDED_FOR;
    }

    /**
     * The two ends of a client's connection.
     *
     * @param address who sends
     * @param local where we were connected to
     * @param scheme {@code http} or {@code https}
     */
    public record Peer(InetAddress address, InetSocketAddress local, String scheme) {}

    /** Whether what this sender says of its clients is believed. */
    public boolean trusts(InetAddress sender) {
        return contains(trusted, sender);
    }

    /**
     * The lines for every request of a sender that is not trusted, or null when they depend on the
     * request.
     */
    public byte @Nullable [] fixed(Peer peer) {
        return fixed ? lines(peer, null) : null;
    }

    /**
     * The lines for one request.
     *
     * @param head the request
     * @param believed whether the sender is trusted
     */
    public byte[] lines(Peer peer, RequestHead head, boolean believed) {
        StringBuilder lines = new StringBuilder();
        for (Forwarded field : fields) {
            append(field, peer, head, believed, lines);
        }
        return bytes(lines);
    }

    private byte[] lines(Peer peer, @Nullable RequestHead none) {
        StringBuilder lines = new StringBuilder();
        for (Forwarded field : fields) {
            append(field, peer, none, false, lines);
        }
        return bytes(lines);
    }

    private static byte[] bytes(StringBuilder lines) {
        return lines.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void append(
            Forwarded field,
            Peer peer,
            @Nullable RequestHead head,
            boolean believed,
            StringBuilder to) {
        switch (field) {
            case X_FORWARDED_FOR ->
                    list(head, believed, "X-Forwarded-For", plain(peer.address()), to);
            case FORWARDED -> list(head, believed, "Forwarded", element(peer, head), to);
            case X_FORWARDED_PROTO ->
                    single(head, believed, "X-Forwarded-Proto", peer.scheme(), to);
            case X_FORWARDED_PORT ->
                    single(
                            head,
                            believed,
                            "X-Forwarded-Port",
                            Integer.toString(peer.local().getPort()),
                            to);
            case X_FORWARDED_HOST ->
                    single(head, believed, "X-Forwarded-Host", authority(head), to);
        }
    }

    /** Every hop adds to it. */
    private static void list(
            @Nullable RequestHead head,
            boolean believed,
            String name,
            String own,
            StringBuilder to) {
        to.append(name).append(": ");
        if (head != null && believed) {
            FieldLines lines = head.fields();
            for (int at = lines.find(name, 0); at >= 0; at = lines.find(name, at + 1)) {
                if (lines.valueEnd(at) > lines.valueStart(at)) {
                    to.append(lines.text(at)).append(", ");
                }
            }
        }
        to.append(own).append("\r\n");
    }

    /** The first hop says it; an empty value is left out. */
    private static void single(
            @Nullable RequestHead head,
            boolean believed,
            String name,
            String own,
            StringBuilder to) {
        String said = head != null && believed ? head.header(name) : null;
        String value = said == null ? own : said;
        if (!value.isEmpty()) {
            to.append(name).append(": ").append(value).append("\r\n");
        }
    }

    /** RFC 7239 §4; an IPv6 address is in brackets and quotes (§6). */
    private static String element(Peer peer, @Nullable RequestHead head) {
        String address = plain(peer.address());
        String node = address.contains(":") ? "\"[" + address + "]\"" : address;
        String host = authority(head);
        return "for="
                + node
                + (host.isEmpty() ? "" : ";host=\"" + host + "\"")
                + ";proto="
                + peer.scheme();
    }

    /** Host and port as the client named them; neither quotes nor backslashes can be in it. */
    private static String authority(@Nullable RequestHead head) {
        if (head == null) {
            return "";
        }
        String host = head.header("Host");
        return host == null ? head.host() : host;
    }

    private static String plain(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /**
     * The client that a trusted sender speaks for: of the field that senders write, from the right,
     * the first address that is not trusted itself. What stands left of it the client may have made
     * up, like all of the other field.
     */
    public InetAddress client(InetAddress sender, RequestHead head) {
        InetAddress client = sender;
        FieldLines lines = head.fields();
        for (int line = lines.count() - 1; line >= 0; line--) {
            if (lines.field(line) != clientField) {
                continue;
            }
            String text = lines.text(line);
            int end = text.length();
            while (end >= 0) {
                int from = start(text, end);
                InetAddress hop = hop(text.substring(from, end).strip());
                if (hop == null) {
                    return client;
                }
                client = hop;
                if (!trusts(client)) {
                    return client;
                }
                end = from - 1;
            }
        }
        return client;
    }

    private int start(String text, int end) {
        return clientField == Field.FORWARDED
                ? ForwardedElement.start(text, end)
                : text.lastIndexOf(',', end - 1) + 1;
    }

    private @Nullable InetAddress hop(String element) {
        return clientField == Field.FORWARDED
                ? ForwardedElement.address(element)
                : Hop.address(element);
    }

    private static boolean contains(List<Network> networks, InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
