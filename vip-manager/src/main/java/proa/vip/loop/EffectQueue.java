package proa.vip.loop;

import proa.vip.forwarding.Mirror.Effect;
import proa.vip.linux.KernelException;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * What peers have told of their connections and the kernel does not know yet. What was told before
 * a group came here is carried out after: by then the kernel may know better, and what it knows
 * stays. Used by the thread that keeps the rules.
 */
final class EffectQueue {

    private final Kernel kernel;
    private final Queue<Effect> effects = new ArrayDeque<>();
    private final Set<String> ours = new HashSet<>();

    /** Who has the kernel know of connections, sooner or later. */
    interface Kernel {

        /** In place of any between the same ends. */
        void put(Effect.Put put) throws KernelException;

        /** Unless there is one between the same ends. */
        void add(Effect.Put put) throws KernelException;

        void remove(Effect.Remove remove) throws KernelException;
    }

    EffectQueue(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Somebody owns a group. */
    void owner(String group, boolean own) {
        if (own) {
            ours.add(group);
        } else {
            ours.remove(group);
        }
    }

    void add(List<Effect> more) {
        effects.addAll(more);
    }

    int size() {
        return effects.size();
    }

    /** Carries out so many at most, in order. */
    void carryOut(int most) throws KernelException {
        for (int done = 0; done < most && !effects.isEmpty(); done++) {
            Effect effect = effects.remove();
            boolean own = ours.contains(effect.service().group());
            switch (effect) {
                case Effect.Remove remove -> {
                    if (!own) {
                        kernel.remove(remove);
                    }
                }
                case Effect.Put put -> {
                    if (own) {
                        kernel.add(put);
                    } else {
                        kernel.put(put);
                    }
                }
            }
        }
    }
}
