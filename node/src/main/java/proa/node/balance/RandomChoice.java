package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** By chance, in the proportion of the weights. */
final class RandomChoice implements Algorithm {

    private final PooledServer[] places;
    private final Dice dice;

    RandomChoice(List<PooledServer> usable, Dice dice) {
        this.places = SmoothOrder.of(usable);
        this.dice = dice;
    }

    /** A server that cannot be offered leaves its share to those behind it in the smooth order. */
    @Override
    public @Nullable PooledServer choose(Tried tried, long key) {
        int first = places.length == 0 ? 0 : dice.below(places.length);
        for (int step = 0; step < places.length; step++) {
            PooledServer server = places[(first + step) % places.length];
            if (tried.leaves(server)) {
                return server;
            }
        }
        return null;
    }
}
