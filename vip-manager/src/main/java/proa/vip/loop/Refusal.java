package proa.vip.loop;

import java.io.IOException;
import java.util.List;

/** vipd cannot work here; every reason is one line for the operator. */
final class Refusal extends IOException {

    private final List<String> reasons;

    Refusal(List<String> reasons) {
        super(String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
    }

    Refusal(String reason) {
        this(List.of(reason));
    }

    List<String> reasons() {
        return reasons;
    }
}
