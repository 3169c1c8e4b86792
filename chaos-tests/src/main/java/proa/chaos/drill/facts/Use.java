package proa.chaos.drill.facts;

/**
 * What a process held before and after; only of those that lived through the drill.
 *
 * @param process {@code lb1/node}
 */
public record Use(
        String process,
        int descriptorsBefore,
        int descriptorsAfter,
        double megabytesBefore,
        double megabytesAfter) {}
