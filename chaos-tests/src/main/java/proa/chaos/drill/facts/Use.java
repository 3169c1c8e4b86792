package proa.chaos.drill.facts;

/**
 * What a process held before and after; only of those that lived through the drill.
 *
 * @param process {@code lb1/node}
 * @param descriptorsBefore the most of any process of its kind: a new owner has the old one's
 *     clients
 * @param megabytesBefore the most of any process of its kind
 * @param exact whether the megabytes are without the garbage on a heap
 */
public record Use(
        String process,
        int descriptorsBefore,
        int descriptorsAfter,
        double megabytesBefore,
        double megabytesAfter,
        boolean exact) {

    int moreDescriptors() {
        return descriptorsAfter - descriptorsBefore;
    }

    double moreMegabytes() {
        return megabytesAfter - megabytesBefore;
    }
}
