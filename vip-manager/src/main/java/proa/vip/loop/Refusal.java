package proa.vip.loop;

import java.io.IOException;
import java.util.List;

/** vipd cannot work here; every reason is one line for the operator. */
final class Refusal extends IOException {

    /** Of a host that lacks something. */
    private static final int CANNOT = 1;

    /** Of input that would be refused again: no supervisor tries it once more. */
    static final int WRONG_INPUT = 2;

    private final List<String> reasons;
    private final int exitCode;

    private Refusal(List<String> reasons, int exitCode) {
        super(String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
        this.exitCode = exitCode;
    }

    Refusal(List<String> reasons) {
        this(reasons, CANNOT);
    }

    Refusal(String reason) {
        this(List.of(reason));
    }

    /** The configuration, or a file that it names, is not usable. */
    static Refusal ofInput(String reason) {
        return new Refusal(List.of(reason), WRONG_INPUT);
    }

    /** What the process ends with. */
    int exitCode() {
        return exitCode;
    }

    List<String> reasons() {
        return reasons;
    }
}
