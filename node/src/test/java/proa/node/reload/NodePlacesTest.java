package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.ProaConfig.NodeLimits;

import java.util.Optional;

class NodePlacesTest {

    /** Two descriptors for each, some for everything else, and never none. */
    @ParameterizedTest
    @CsvSource({
        "20000,, 9744",
        "20000, 5000, 5000",
        "20000, 50000, 9744",
        "1024,, 256",
        "600,, 64"
    })
    void areAsManyAsConfiguredAndAsDescriptorsAllow(long descriptors, Integer wanted, int places) {
        NodeLimits limits = new NodeLimits(Optional.ofNullable(wanted));
        assertThat(NodePlaces.of(limits, descriptors).max()).isEqualTo(places);
    }
}
