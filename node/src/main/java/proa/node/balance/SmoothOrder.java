package proa.node.balance;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * One period of smooth weighted round robin: as many places for a server as its share, spread
 * evenly (5/1/1 gives A A B A C A A), the sequence nginx gives.
 *
 * <p>Each step adds every server's weight to its credit; the highest credit, the first of equals,
 * is chosen and pays the sum of the weights. After a period all credits are zero again, so the
 * period can be computed once and walked by an atomic counter: exact with any number of threads.
 */
final class SmoothOrder {

    private SmoothOrder() {}

    /**
     * The period for these servers, all with a share above zero. One that has lost its share in the
     * meantime has no place; without any the period is empty.
     */
    static PooledServer[] of(List<PooledServer> servers) {
        return of(servers, PooledServer::share);
    }

    /** The period for these servers by a share of each, above zero. */
    static PooledServer[] of(List<PooledServer> servers, ToIntFunction<PooledServer> share) {
        int[] weights = reduced(servers, share);
        int[] credit = new int[weights.length];
        int sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        PooledServer[] order = new PooledServer[sum];
        for (int at = 0; at < sum; at++) {
            int best = richest(credit, weights);
            credit[best] -= sum;
            order[at] = servers.get(best);
        }
        return order;
    }

    private static int richest(int[] credit, int[] weights) {
        int best = 0;
        for (int at = 0; at < credit.length; at++) {
            credit[at] += weights[at];
            if (credit[at] > credit[best]) {
                best = at;
            }
        }
        return best;
    }

    /** Weights divided by what they have in common: 100/100 is as short a period as 1/1. */
    private static int[] reduced(List<PooledServer> servers, ToIntFunction<PooledServer> share) {
        int[] weights = servers.stream().mapToInt(share).toArray();
        int common = 0;
        for (int weight : weights) {
            common = greatestCommonDivisor(weight, common);
        }
        for (int at = 0; at < weights.length; at++) {
            weights[at] /= Math.max(1, common); // 0: all have lost their weight meanwhile
        }
        return weights;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
