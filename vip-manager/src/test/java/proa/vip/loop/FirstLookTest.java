package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What vipd waits for at its start, in pauses that take no time. */
final class FirstLookTest {

    private final List<String> warned = new ArrayList<>();
    private int looks;
    private int pauses;

    private Map<String, Ground> look(int found, List<String> reasons) throws IOException {
        looks++;
        if (looks < found) {
            Refusal.refuse(reasons, List.of("no eth0"));
        }
        return Map.of();
    }

    private Map<String, Ground> patiently(int found, List<String> reasons) throws IOException {
        return FirstLook.patiently(() -> look(found, reasons), warned::add, () -> pauses++);
    }

    @Test
    void whatComesLateIsWaitedForAndNamedOnce() throws Exception {
        assertThat(patiently(5, List.of())).isEmpty();
        assertThat(pauses).isEqualTo(4);
        assertThat(warned).containsExactly("no eth0: waiting for it");
    }

    @Test
    void whatDoesNotComeIsARefusalInTheEnd() {
        assertThatThrownBy(() -> patiently(Integer.MAX_VALUE, List.of()))
                .isInstanceOf(Refusal.class)
                .hasMessage("no eth0");
        assertThat(looks).isEqualTo(FirstLook.TRIES);
    }

    @Test
    void whatStaysAsItIsIsRefusedAtOnce() {
        assertThatThrownBy(() -> patiently(5, List.of("arp_ignore is 1")))
                .hasMessage("no eth0; arp_ignore is 1");
        assertThat(looks).isEqualTo(1);
        assertThat(warned).isEmpty();
    }
}
