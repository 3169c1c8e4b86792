package proa.vip.vrrp;

import java.util.Comparator;

/**
 * What an owner can say for itself when two own the same group: the one whose gateway never stopped
 * answering keeps it, then the one that took it later, then the preferred one. Both sides compare
 * the same two claims, so exactly one of them yields.
 *
 * @param gatewayKept whether its gateway has answered all the time
 * @param term its term
 * @param configuredPriority its priority in the file
 */
record Claim(boolean gatewayKept, long term, int configuredPriority) {

    private static final Comparator<Claim> ORDER =
            Comparator.comparing(Claim::gatewayKept)
                    .thenComparingLong(Claim::term)
                    .thenComparingInt(Claim::configuredPriority);

    boolean beats(Claim other) {
        return ORDER.compare(this, other) > 0;
    }
}
