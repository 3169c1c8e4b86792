package proa.config;

/**
 * HTTP/2 (RFC 9113) with the clients of a frontend.
 *
 * @param streamsMax requests under way on one connection; 1 to 10,000; default 100; another is
 *     refused
 * @param windowBytes bytes of a request's body that may wait for its server; 16 KiB to 16 MiB;
 *     default 64 KiB
 * @param resetsMax streams that a client may cancel, or make us cancel, in ten seconds; 1 to 1 Mi;
 *     default 200; the connection ends beyond
 * @param controlFramesMax SETTINGS, PING, PRIORITY and empty frames, and WINDOW_UPDATEs beyond what
 *     answers call for, in ten seconds; 10 to 1 Mi; default 1,000; the connection ends beyond
 * @param continuationsMax CONTINUATION frames behind one HEADERS; 0 to 1,000; default 16; the
 *     connection ends beyond
 */
public record Http2Options(
        int streamsMax,
        int windowBytes,
        int resetsMax,
        int controlFramesMax,
        int continuationsMax) {

    public static final Http2Options DEFAULTS = new Http2Options(100, 64 << 10, 200, 1_000, 16);
}
