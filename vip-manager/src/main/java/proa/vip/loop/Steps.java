package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Action;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * When each step of a list of actions had been done, counted from the decision. Written for every
 * list, of which nearly all make no transition, so it allocates nothing until it is asked. Not
 * thread-safe.
 */
final class Steps {

    /** No list of a transition is as long; what is beyond is not told. */
    private static final int STEPS_MAX = 32;

    private final String[] names = new String[STEPS_MAX];
    private final long[] doneNanos = new long[STEPS_MAX];
    private int count;
    private long startNanos;

    /**
     * One step.
     *
     * @param name one word: what was done
     * @param micros from the decision until it was done
     */
    record Step(String name, long micros) {

        /** As the log, the events and the status have them. */
        static String text(List<Step> steps) {
            return steps.stream()
                    .map(step -> step.name + " " + step.micros + " µs")
                    .collect(Collectors.joining(", "));
        }
    }

    /** A list of actions begins. */
    void begin(long nowNanos) {
        count = 0;
        startNanos = nowNanos;
    }

    /** An action has been carried out. */
    void done(Action action, long nowNanos) {
        String name = name(action);
        if (name != null && count < STEPS_MAX) {
            names[count] = name;
            doneNanos[count++] = nowNanos;
        }
    }

    /** What was done since {@link #begin}, in that order; the last time of what was repeated. */
    List<Step> taken() {
        List<Step> steps = new ArrayList<>(count);
        for (int at = 0; at < count; at++) {
            if (at + 1 == count || !names[at].equals(names[at + 1])) {
                steps.add(new Step(names[at], (doneNanos[at] - startNanos) / 1_000));
            }
        }
        return steps;
    }

    /** Null: that is no step. */
    private static @Nullable String name(Action action) {
        return switch (action) {
            case Action.RenewLease _ -> "lease";
            case Action.StopAnswering _ -> "quiet";
            case Action.DropLease _ -> "lease-ended";
            case Action.PassTail _ -> "tail";
            case Action.EndTail _ -> "tail-ended";
            case Action.AddAddress _ -> "address";
            case Action.RemoveAddress _ -> "address-off";
            case Action.SendAdvert _ -> "advertised";
            case Action.Announce _ -> "announced";
            case Action.TellNode _ -> "node-told";
            case Action.SayMesh said ->
                    said.message() instanceof MeshMessage.Release ? "released" : null;
            case Action.ProbeAddresses _,
                    Action.ConfirmPeer _,
                    Action.ProbeGateway _,
                    Action.LookAtNode _,
                    Action.LetNodeLeave _,
                    Action.Finished _,
                    Action.Transition _,
                    Action.Log _ ->
                    null;
        };
    }
}
