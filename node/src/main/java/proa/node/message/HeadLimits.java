package proa.node.message;

import proa.config.FrontendConfig;

/**
 * Sizes beyond which a head is refused.
 *
 * @param lineBytesMax request line, status line and each field line, without CRLF
 * @param headBytesMax the whole head
 * @param fieldsMax field lines
 */
public record HeadLimits(int lineBytesMax, int headBytesMax, int fieldsMax) {

    /** For responses: servers are trusted a little more than strangers, but not without limit. */
    public static final HeadLimits OF_SERVERS = new HeadLimits(16 << 10, 64 << 10, 256);

    /** The limits an operator gave a frontend. */
    public static HeadLimits of(FrontendConfig.Limits limits) {
        return new HeadLimits(limits.lineBytesMax(), limits.headBytesMax(), limits.headersMax());
    }
}
