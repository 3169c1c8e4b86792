package proa.config.text;

import static proa.config.text.Key.optional;

import com.typesafe.config.ConfigObject;

import proa.config.UdpOptions;

/** The keys of frontends of mode udp; part of the table that {@link Keys} begins. */
final class UdpKeys {

    private static final int MANY = 1_000_000;

    static final Key<ConfigObject> UDP =
            Keys.section("udp", "see below", "with `mode = udp`: what makes a session");

    static final Key<Long> DATAGRAM =
            Key.defaulted(
                    "datagram",
                    Kinds.size(512, UdpOptions.DATAGRAM_BYTES_LIMIT),
                    (long) UdpOptions.DEFAULTS.datagramBytesMax(),
                    Units.size(UdpOptions.DEFAULTS.datagramBytesMax()),
                    "larger datagrams are dropped, either way");
    static final Key<Integer> REQUESTS =
            optional(
                    "requests",
                    Kinds.count(1, MANY),
                    "no end",
                    "after so many datagrams of the client its next one begins another session");
    static final Key<Integer> RESPONSES =
            optional(
                    "responses",
                    Kinds.count(0, MANY),
                    "only silence ends a session",
                    "so many answers to each datagram end it early; 0: none is expected");
    static final Shape SHAPE =
            Shape.of(
                    "frontends.NAME.udp",
                    "What one address and port sends is one session, with one server. It ends after"
                            + " `timeouts.client` of silence; `limits.connections` is the most"
                            + " there may be. Empty datagrams are not passed on.",
                    DATAGRAM,
                    REQUESTS,
                    RESPONSES);

    private UdpKeys() {}

    static UdpOptions read(Section frontend) {
        Section udp = frontend.childOrEmpty(UDP, SHAPE);
        return new UdpOptions(
                udp.get(DATAGRAM).intValue(), udp.find(REQUESTS), udp.find(RESPONSES));
    }
}
