package proa.node.protocol.udp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.UdpOptions;

import java.util.Optional;

/** When a session has had all its datagrams. */
class QuotaTest {

    private static Quota quota(Integer requests, Integer responses) {
        return new Quota(
                new UdpOptions(
                        1_500, Optional.ofNullable(requests), Optional.ofNullable(responses)));
    }

    @Test
    void withoutLimitsASessionGoesOn() {
        Quota quota = quota(null, null);
        for (int n = 0; n < 1_000; n++) {
            quota.requested();
            quota.responded();
        }
        assertThat(quota.full()).isFalse();
        assertThat(quota.done()).isFalse();
    }

    @Test
    void answersAreOwedForEverythingAsked() {
        Quota quota = quota(null, 2);
        assertThat(quota.done()).as("nothing was asked").isFalse();
        quota.requested();
        quota.requested();
        for (int answer = 0; answer < 4; answer++) {
            assertThat(quota.done()).as("after %d answers", answer).isFalse();
            quota.responded();
        }
        assertThat(quota.done()).isTrue();
        quota.requested();
        assertThat(quota.done()).isFalse();
    }

    @Test
    void whereNoAnswerIsExpectedOneRequestIsEnough() {
        Quota quota = quota(null, 0);
        assertThat(quota.done()).isFalse();
        quota.requested();
        assertThat(quota.done()).isTrue();
    }

    @Test
    void aClientMaySendSoManyAndNoMore() {
        Quota quota = quota(2, null);
        quota.requested();
        assertThat(quota.full()).isFalse();
        quota.requested();
        assertThat(quota.full()).isTrue();
        assertThat(quota.done()).isFalse();
    }
}
