package proa.vip.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** vipd cannot work here; every reason is one line for the operator. */
final class Refusal extends IOException {

    /** Of a host that lacks something. */
    private static final int CANNOT = 1;

    /** Of input that would be refused again: no supervisor tries it once more. */
    static final int WRONG_INPUT = 2;

    private final List<String> reasons;
    private final int exitCode;
    private final boolean mayPass;

    private Refusal(List<String> reasons, int exitCode, boolean mayPass) {
        super(String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
        this.exitCode = exitCode;
        this.mayPass = mayPass;
    }

    Refusal(List<String> reasons) {
        this(reasons, CANNOT, false);
    }

    Refusal(String reason) {
        this(List.of(reason));
    }

    /** The configuration, or a file that it names, is not usable. */
    static Refusal ofInput(String reason) {
        return new Refusal(List.of(reason), WRONG_INPUT, false);
    }

    /**
     * Refuses if there is anything.
     *
     * @param reasons what stays as it is
     * @param lacking what may be there in a moment: interfaces and addresses
     */
    static void refuse(List<String> reasons, List<String> lacking) throws Refusal {
        if (!reasons.isEmpty() || !lacking.isEmpty()) {
            List<String> all = new ArrayList<>(lacking);
            all.addAll(reasons);
            throw new Refusal(all, CANNOT, reasons.isEmpty());
        }
    }

    /** Whether it may be otherwise in a moment: an interface or an address is not there. */
    boolean mayPass() {
        return mayPass;
    }

    /** What the process ends with. */
    int exitCode() {
        return exitCode;
    }

    List<String> reasons() {
        return reasons;
    }
}
