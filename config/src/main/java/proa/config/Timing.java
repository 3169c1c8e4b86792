package proa.config;

import java.time.Duration;

/**
 * Timing profile of the address manager; every other failover time derives from the advertisement
 * interval.
 *
 * <p>{@code VM} is slow on purpose: nightly snapshots stop guests for seconds.
 */
public enum Timing {
    LAB(Duration.ofMillis(100)),
    LAN(Duration.ofMillis(200)),
    VM(Duration.ofSeconds(1));

    private final Duration advertInterval;

    Timing(Duration advertInterval) {
        this.advertInterval = advertInterval;
    }

    /** VRRP advertisement interval, a whole number of centiseconds. */
    public Duration advertInterval() {
        return advertInterval;
    }
}
