package proa.chaos.bench.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LagsTest {

    @Test
    void aProbeThatWaitedForLongStandsForThoseThatWereDueMeanwhile() {
        Lags lags = new Lags(4);
        for (int probe = 0; probe < 900; probe++) {
            lags.add(1);
        }
        lags.add(400); // a hundred were due in that time
        assertThat(lags.at(0.5)).isEqualTo(1);
        assertThat(lags.at(0.99)).isGreaterThan(300);
        assertThat(lags.at(1)).isEqualTo(400);
    }

    @Test
    void oneThatIsThereBeforeTheNextIsOnlyItself() {
        Lags lags = new Lags(4);
        assertThat(lags.isEmpty()).isTrue();
        lags.add(7.9);
        assertThat(lags.at(0)).isEqualTo(7.9);
    }
}
