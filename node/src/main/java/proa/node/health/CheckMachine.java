package proa.node.health;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Check;

/**
 * The verdict on one server.
 *
 * <pre>
 *               passed                        fall failures in a row
 *   Unknown ──────────────▶ Up(0) ─────────────────────────────────────▶ Down(0)
 *      │                     ▲                                             ▲ │
 *      │                     └──────────── rise passes in a row ───────────┼─┘
 *      └───────────────────────────── failed ──────────────────────────────┘
 * </pre>
 *
 * <p>The first probe decides alone, so that one round of probes makes a node ready. A pass in Up,
 * or a failure in Down, starts the count of the opposite again. Traffic that cannot connect is a
 * reason to probe at once and then quickly until a probe passes; it is never counted as a failure
 * itself. Stateless; safe from any thread.
 *
 * @param check the limits
 */
public record CheckMachine(Check check) {

    /** What is known of the server. */
    public sealed interface State {
        /** Never probed. */
        record Unknown() implements State {}

        /**
         * It gets traffic.
         *
         * @param failures probes in a row that failed
         * @param suspected traffic could not connect since the last pass
         */
        record Up(int failures, boolean suspected) implements State {}

        /**
         * It gets none.
         *
         * @param passes probes in a row that passed
         */
        record Down(int passes) implements State {}
    }

    /** What happened. */
    public sealed interface Event {
        /** A probe passed. */
        record Passed(long tookNanos) implements Event {}

        /** A probe failed, for this reason. */
        record Failed(String why) implements Event {}

        /** Traffic could not connect. */
        record Suspected() implements Event {}
    }

    /** What is worth a line in the log. */
    public sealed interface Notice {
        /** It is down from now on; {@code failures} in a row, the last for this reason. */
        record WentDown(int failures, String why) implements Notice {}

        /** It is up from now on, after so many passes in a row. */
        record CameUp(int passes) implements Notice {}
    }

    /** How soon the next probe starts. */
    public enum Pace {
        /** Without waiting, unless the last one has only just started. */
        AT_ONCE,
        /** A fraction of the interval: traffic fails. */
        FAST,
        /** The interval while the verdict is changing. */
        CHANGING,
        /** The interval. */
        REGULAR
    }

    /** A transition. */
    public record Step(State state, Pace pace, @Nullable Notice notice) {}

    /** What follows from an event. */
    public Step next(State state, Event event) {
        return switch (state) {
            case State.Unknown unknown -> whenUnknown(unknown, event);
            case State.Up up -> whenUp(up, event);
            case State.Down down -> whenDown(down, event);
        };
    }

    private Step whenUnknown(State.Unknown unknown, Event event) {
        return switch (event) {
            case Event.Passed _ -> up(1);
            case Event.Failed(var why) -> down(1, why);
            case Event.Suspected _ -> new Step(unknown, Pace.AT_ONCE, null);
        };
    }

    private Step whenUp(State.Up up, Event event) {
        return switch (event) {
            case Event.Passed _ -> new Step(new State.Up(0, false), Pace.REGULAR, null);
            case Event.Failed(var why) -> failed(up, why);
            case Event.Suspected _ -> suspected(up);
        };
    }

    private static Step suspected(State.Up up) {
        Pace pace = up.suspected ? Pace.FAST : Pace.AT_ONCE;
        return new Step(new State.Up(up.failures, true), pace, null);
    }

    private Step failed(State.Up up, String why) {
        int failures = up.failures + 1;
        return failures >= check.fall()
                ? down(failures, why)
                : new Step(
                        new State.Up(failures, up.suspected),
                        up.suspected ? Pace.FAST : Pace.CHANGING,
                        null);
    }

    private Step whenDown(State.Down down, Event event) {
        return switch (event) {
            case Event.Passed _ ->
                    down.passes + 1 >= check.rise()
                            ? up(down.passes + 1)
                            : new Step(new State.Down(down.passes + 1), Pace.CHANGING, null);
            case Event.Failed _ -> new Step(new State.Down(0), Pace.REGULAR, null);
            case Event.Suspected _ -> new Step(down, Pace.REGULAR, null);
        };
    }

    private static Step up(int passes) {
        return new Step(new State.Up(0, false), Pace.REGULAR, new Notice.CameUp(passes));
    }

    private static Step down(int failures, String why) {
        return new Step(new State.Down(0), Pace.REGULAR, new Notice.WentDown(failures, why));
    }
}
