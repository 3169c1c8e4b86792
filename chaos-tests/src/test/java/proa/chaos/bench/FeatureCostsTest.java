package proa.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.chaos.bench.FeatureCosts.Cost;
import proa.chaos.bench.program.ProaSettings;
import proa.config.text.ConfigParser;
import proa.config.text.Outcome;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What features cost, and when that is too much. */
class FeatureCostsTest {

    /** Of one round with these microseconds. */
    static FeatureCosts costs(double without, double with) {
        return costs(List.of(round(without, with, 0)));
    }

    private static FeatureCosts costs(List<Round> rounds) {
        return new FeatureCosts(List.of(Cost.of(Feature.HASH, rounds)));
    }

    private static Round round(double without, double with, double others) {
        return new Round(
                Map.of(
                        Feature.DEFAULTS.program(),
                        new Sample(without, 1, 1, 1, 1, 1, others),
                        Feature.HASH.program(),
                        new Sample(with, 1, 1, 1, 1, 1, others)));
    }

    @Test
    void aFeatureMayCostATwentiethOfARequest() {
        FeatureCosts little = costs(10, 10.4);
        assertThat(little.keeps()).isTrue();
        assertThat(little.text())
                .contains("a consistent hash of the URI")
                .contains("10.40 µs beside  10.00    +4.0 % (+4.0 to +4.0)  within 5 %");
        assertThat(costs(10, 10.6).keeps()).isFalse();
    }

    @Test
    void whatSomeRoundsDoNotConfirmIsNoBrokenPromise() {
        List<Round> rounds = Stream.of(10.4, 10.7, 10.8).map(with -> round(10, with, 0)).toList();
        assertThat(costs(rounds).keeps()).isTrue();
        assertThat(costs(rounds).text()).contains("+7.0 % (+4.0 to +8.0)  perhaps more than 5 %");
    }

    @Test
    void roundsUnderForeignLoadAreLeftOut() {
        List<Round> rounds =
                List.of(
                        round(10, 90, 0.5),
                        round(10, 10.1, 0),
                        round(10, 10.2, 0),
                        round(10, 10.3, 0));
        Cost cost = costs(rounds).costs().getFirst();
        assertThat(cost.with()).isEqualTo(10.2);
        assertThat(cost.rounds()).isEqualTo(3);
        assertThat(cost.leftOut()).isEqualTo(1);
    }

    @Test
    void nothingIsPromisedOfTheLogNorOfAllTogether() {
        assertThat(FeatureCosts.compared())
                .filteredOn(feature -> !feature.isPromised())
                .containsExactly(Feature.TOGETHER, Feature.LOG);
    }

    @ParameterizedTest
    @EnumSource
    void everyFeatureIsAConfigurationThatANodeTakes(Feature feature) {
        String text = ProaSettings.text(feature.additions(), 8_080, 8_081, 8_082);
        assertThat(ConfigParser.parse(text, "bench", Path.of("/bench"), Optional.empty()))
                .isInstanceOf(Outcome.Ok.class);
    }
}
