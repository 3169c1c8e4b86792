package proa.vip.loop;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that keeps this node out of service: what outlives a boot and what a boot ends are
 * kept apart, since they are of different people. An operator works on the machine for an hour; the
 * package replaces the program meanwhile, or the node has crashed too often: each ends only its
 * own.
 *
 * @param lasting what outlives a boot
 * @param passing what a boot ends
 */
record MaintenanceMarks(Optional<Maintenance> lasting, Optional<Maintenance> passing) {

    /** In service. */
    static final MaintenanceMarks NONE = new MaintenanceMarks(Optional.empty(), Optional.empty());

    /** Whether either is there. */
    boolean isOut() {
        return lasting.isPresent() || passing.isPresent();
    }

    /**
     * This one is wanted, too, in place of the one of its kind. But one that a boot ends never ends
     * sooner because of another one: of these some are made by programs, which nobody looks at.
     */
    MaintenanceMarks with(Maintenance wanted) {
        if (!wanted.untilBoot()) {
            return new MaintenanceMarks(Optional.of(wanted), passing);
        }
        return passing.filter(before -> before.outlasts(wanted)).isPresent()
                ? this
                : new MaintenanceMarks(lasting, Optional.of(wanted));
    }

    /** As if a boot had been. */
    MaintenanceMarks withoutPassing() {
        return new MaintenanceMarks(lasting, Optional.empty());
    }

    /** Without those whose time is over. */
    MaintenanceMarks at(Instant now) {
        return new MaintenanceMarks(
                lasting.filter(each -> !each.isOver(now)),
                passing.filter(each -> !each.isOver(now)));
    }

    /** Those whose time is over. */
    Stream<Maintenance> over(Instant now) {
        return all().filter(each -> each.isOver(now));
    }

    /** When the last of them ends; empty: one has no end, or none is there. */
    Optional<Instant> until() {
        return all().anyMatch(each -> each.until().isEmpty())
                ? Optional.empty()
                : all().flatMap(each -> each.until().stream()).max(Instant::compareTo);
    }

    /** In words, the lasting one first; nothing when in service. */
    String text() {
        return all().map(Maintenance::text).collect(Collectors.joining("; and "));
    }

    private Stream<Maintenance> all() {
        return Stream.concat(lasting.stream(), passing.stream());
    }
}
