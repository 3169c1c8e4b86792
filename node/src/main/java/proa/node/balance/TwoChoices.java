package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Two different servers by chance, and of them the one with fewer requests relative to its weight
 * (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 1996). Nodes that do not
 * know of each other's load do not all choose the same server, as with the least connections.
 */
final class TwoChoices implements Algorithm {

    private final PooledServer[] places;
    private final Dice dice;

    TwoChoices(List<PooledServer> usable, Dice dice) {
        this.places = SmoothOrder.of(usable);
        this.dice = dice;
    }

    @Override
    public @Nullable PooledServer choose(Tried tried, long key) {
        PooledServer one = draw(tried, null);
        PooledServer other = one == null ? null : draw(tried, one);
        return one != null && other != null && LeastConnections.lighter(other, one) ? other : one;
    }

    private @Nullable PooledServer draw(Tried tried, @Nullable PooledServer not) {
        int first = places.length == 0 ? 0 : dice.below(places.length);
        for (int step = 0; step < places.length; step++) {
            PooledServer server = places[(first + step) % places.length];
            if (server != not && tried.leaves(server)) {
                return server;
            }
        }
        return null;
    }
}
