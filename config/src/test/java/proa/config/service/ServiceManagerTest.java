package proa.config.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

class ServiceManagerTest {

    @Test
    void withoutASocketNobodyListens() {
        assertThat(ServiceManager.of(Map.of(), 7)).isEmpty();
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", ""), 7)).isEmpty();
    }

    @Test
    void anAddressOfAnotherFamilyOrBeyondTheKernelsLimitIsNotUsed() {
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", "vsock:2:9999"), 7)).isEmpty();
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", "/" + "a".repeat(107)), 7)).isEmpty();
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", "/" + "a".repeat(106)), 7))
                .isPresent();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServiceManager("relative", Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServiceManager("/s", Duration.ofNanos(-1)));
    }

    @Test
    void aNameEndsWithAZeroAndAnAbstractOneBeginsWithIt() {
        assertThat(text(new ServiceManager("/run/s", Duration.ZERO))).isEqualTo("/run/s\0");
        assertThat(text(new ServiceManager("@s", Duration.ZERO))).isEqualTo("\0s");
    }

    @Test
    void theWatchdogCountsWhenItIsMeantForThisProcess() {
        assertThat(watchdog("15000000", "7")).isEqualTo(Duration.ofSeconds(15));
        assertThat(watchdog("15000000", "")).isEqualTo(Duration.ofSeconds(15));
        assertThat(watchdog("15000000", "8")).isZero();
        assertThat(watchdog("soon", "7")).isZero();
        assertThat(watchdog("9999999999999999", "7")).isZero();
    }

    private static Duration watchdog(String micros, String pid) {
        Map<String, String> environment =
                Map.of("NOTIFY_SOCKET", "/s", "WATCHDOG_USEC", micros, "WATCHDOG_PID", pid);
        return ServiceManager.of(environment, 7).orElseThrow().watchdog();
    }

    private static String text(ServiceManager manager) {
        return new String(manager.address(), StandardCharsets.UTF_8);
    }
}
