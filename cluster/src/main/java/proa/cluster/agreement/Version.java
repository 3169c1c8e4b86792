package proa.cluster.agreement;

/**
 * A configuration that the members have taken in together, or are asked to.
 *
 * @param number grows by one with each; from 1
 * @param hash of what the text says, as the configuration's reader makes it; empty until a node has
 *     read it
 * @param text the file as the operator wrote it
 * @param origin where it comes from
 */
public record Version(long number, String hash, String text, Origin origin) {

    /**
     * Where a version comes from.
     *
     * @param file how the operator called it
     * @param by who asked for it
     * @param node where they asked
     * @param atMillis when, of the calendar
     */
    public record Origin(String file, String by, String node, long atMillis) {}

    /** The same, read. */
    Version withHash(String read) {
        return new Version(number, read, text, origin);
    }
}
