package proa.chaos.kernel;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What happens to frames from one port of the lab's switch to another.
 *
 * @param from port of the host that sends
 * @param to port of the host that receives
 * @param mac hardware address of the host that receives
 * @param byMillis each arrives so much later, 0 to 5,000
 * @param jitterMillis up to so much earlier or later than that, at most {@code byMillis}
 * @param duplicate percent that arrive twice
 * @param reorder percent that are not held back
 * @param tcpOnly what is not TCP is left alone
 */
public record WireRule(
        String from,
        String to,
        String mac,
        int byMillis,
        int jitterMillis,
        int duplicate,
        int reorder,
        boolean tcpOnly) {

    private static final int HUNDRED = 100;

    /** Late frames; between which ports is told later. */
    public static WireRule late(
            int byMillis, int jitterMillis, int duplicate, int reorder, boolean tcpOnly) {
        return new WireRule("", "", "", byMillis, jitterMillis, duplicate, reorder, tcpOnly);
    }

    /** The same between those ports. */
    public WireRule between(String sender, String receiver, String receiversMac) {
        return new WireRule(
                sender,
                receiver,
                receiversMac,
                byMillis,
                jitterMillis,
                duplicate,
                reorder,
                tcpOnly);
    }

    /** How long the next frame is held back, in nanoseconds. */
    long holdNanos(RandomGenerator chance) {
        if (chance.nextInt(HUNDRED) < reorder) {
            return 0;
        }
        long jitter = TimeUnit.MILLISECONDS.toNanos(jitterMillis);
        return TimeUnit.MILLISECONDS.toNanos(byMillis)
                + (jitter == 0 ? 0 : chance.nextLong(-jitter, jitter + 1));
    }

    /** Whether the next frame arrives twice. */
    boolean twice(RandomGenerator chance) {
        return chance.nextInt(HUNDRED) < duplicate;
    }

    /** What the switch itself must not forward, in the language of nft. */
    String nft() {
        String ports = String.format(Locale.ROOT, "iifname \"%s\" oifname \"%s\" ", from, to);
        return tcpOnly
                ? ports + "ip protocol tcp drop\n" + ports + "ip6 nexthdr tcp drop\n"
                : ports + "drop\n";
    }
}
