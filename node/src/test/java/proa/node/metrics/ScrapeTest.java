package proa.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;

import org.junit.jupiter.api.Test;

class ScrapeTest {

    @Test
    void moreSeriesThanThereMayBeAreLeftOut() {
        Scrape scrape = new Scrape();
        for (int group = 0; group < Scrape.SERIES_MAX + 5; group++) {
            scrape.add(Family.GROUP_OWNED, group, "group" + group);
        }
        scrape.add(Family.READY, true);
        assertThat(scrape.snapshots().stream().map(MetricSnapshot::getDataPoints))
                .singleElement()
                .satisfies(points -> assertThat(points).hasSize(Scrape.SERIES_MAX));
    }
}
