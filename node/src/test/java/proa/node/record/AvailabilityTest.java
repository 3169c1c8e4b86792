package proa.node.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.OptionalLong;

class AvailabilityTest {

    private final Availability availability = new Availability();

    @Test
    void nothingIsKnownOfWhatHasNeverBeenOtherwise() {
        availability.is(true, 5);
        assertThat(availability.seen(9))
                .isEqualTo(new Availability.Seen(OptionalLong.empty(), 0, 0));
    }

    @Test
    void timeDownAddsUpAndWhatIsSaidAgainCountsOnce() {
        availability.is(false, 10);
        availability.is(false, 12);
        assertThat(availability.seen(17))
                .as("still down")
                .isEqualTo(new Availability.Seen(OptionalLong.of(7), 7, 1));
        availability.is(true, 20);
        availability.is(true, 22);
        assertThat(availability.seen(25))
                .isEqualTo(new Availability.Seen(OptionalLong.of(5), 10, 1));
        availability.is(false, 30);
        assertThat(availability.seen(31))
                .isEqualTo(new Availability.Seen(OptionalLong.of(1), 11, 2));
    }
}
