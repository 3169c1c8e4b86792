package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.Http2Options;
import proa.config.HttpOptions.Version;

import java.util.List;
import java.util.Map;

/** The keys of HTTP/2 with clients and servers; part of the table that {@link Keys} begins. */
final class Http2Keys {

    private static final Http2Options DEFAULTS = Http2Options.DEFAULTS;

    /** Less could be exceeded by a client that has not heard of it yet (RFC 9113 §6.9.3). */
    private static final long WINDOW_MIN = 64 << 10;

    private static final long WINDOW_MAX = 16 << 20;

    static final Kind<Version> VERSION =
            Kinds.choice(
                    Map.of(
                            Version.HTTP_2.word(), Version.HTTP_2,
                            Version.HTTP_1_1.word(), Version.HTTP_1_1));

    /** What clients are offered when nobody says otherwise. */
    static final List<Version> OVER_TLS = List.of(Version.HTTP_2, Version.HTTP_1_1);

    static final Key<ConfigValue> PROTOCOLS =
            optional(
                    "protocols",
                    Kinds.any("list of versions"),
                    "[h2, http/1.1] with `tls`, else [http/1.1]",
                    "versions of HTTP, most preferred first: "
                            + VERSION.form()
                            + "; over TLS the client chooses (ALPN), in clear its first bytes"
                            + " tell");
    static final Key<Version> PROTOCOL =
            defaulted(
                    "protocol",
                    VERSION,
                    Version.HTTP_1_1,
                    Version.HTTP_1_1.word(),
                    "version of HTTP that servers are spoken to in; h2 over TLS or in clear, as"
                            + " gRPC needs it; checks of kind http speak http/1.1 in any case");
    static final Key<ConfigObject> HTTP2 =
            Keys.section("http2", "see below", "limits of HTTP/2 with clients");

    static final Key<Integer> STREAMS =
            defaulted(
                    "streams",
                    Kinds.count(1, 10_000),
                    DEFAULTS.streamsMax(),
                    Units.count(DEFAULTS.streamsMax()),
                    "requests under way on one connection; another is refused");
    static final Key<Long> WINDOW =
            defaulted(
                    "window",
                    Kinds.size(WINDOW_MIN, WINDOW_MAX),
                    (long) DEFAULTS.windowBytes(),
                    Units.size(DEFAULTS.windowBytes()),
                    "of a request's body, what may wait for its server");
    static final Key<Integer> RESETS =
            defaulted(
                    "resets",
                    Kinds.count(1, Keys.MEBI),
                    DEFAULTS.resetsMax(),
                    Units.count(DEFAULTS.resetsMax()),
                    "requests that a client cancels, or makes us cancel, in ten seconds; the"
                            + " connection ends beyond");
    static final Key<Integer> CONTROL_FRAMES =
            defaulted(
                    "control-frames",
                    Kinds.count(10, Keys.MEBI),
                    DEFAULTS.controlFramesMax(),
                    Units.count(DEFAULTS.controlFramesMax()),
                    "SETTINGS, PING, PRIORITY and empty frames, and WINDOW_UPDATEs beyond what"
                            + " answers call for, in ten seconds; the connection ends beyond");
    static final Key<Integer> CONTINUATIONS =
            defaulted(
                    "continuations",
                    Kinds.count(0, 1_000),
                    DEFAULTS.continuationsMax(),
                    Units.count(DEFAULTS.continuationsMax()),
                    "CONTINUATION frames of one request head; the connection ends beyond");
    static final Shape SHAPE =
            Shape.of(
                    "frontends.NAME.http2",
                    "Limits of HTTP/2 (RFC 9113) with clients. The limits of heads and bodies above"
                            + " hold for each request.",
                    STREAMS,
                    WINDOW,
                    RESETS,
                    CONTROL_FRAMES,
                    CONTINUATIONS);

    private Http2Keys() {}
}
