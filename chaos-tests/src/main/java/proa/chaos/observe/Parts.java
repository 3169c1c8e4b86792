package proa.chaos.observe;

import java.util.List;

/** A period in equal parts, in order. */
public record Parts(List<Part> parts) {
    public Parts {
        parts = List.copyOf(parts);
    }
}
