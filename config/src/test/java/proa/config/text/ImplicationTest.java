package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.Condition;
import proa.config.Network;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

class ImplicationTest {

    private static final Condition API = new Condition.PathPrefix("/api");
    private static final Condition POST = new Condition.Method("POST");

    private static void covers(Condition wide, Condition narrow) {
        assertThat(Implication.covers(wide, narrow)).as(wide + " ⊇ " + narrow).isTrue();
    }

    private static void coversNot(Condition wide, Condition narrow) {
        assertThat(Implication.covers(wide, narrow)).as(wide + " ⊉ " + narrow).isFalse();
    }

    @Test
    void aShorterPrefixOrSuffixIsWider() {
        covers(API, new Condition.PathPrefix("/api/v1"));
        covers(API, new Condition.Path("/api"));
        covers(new Condition.PathSuffix(".php"), new Condition.Path("/a.php"));
        covers(new Condition.HostSuffix(".Example"), new Condition.Host("shop.example"));
        coversNot(new Condition.PathPrefix("/api/v1"), API);
        coversNot(new Condition.Path("/api"), API);
        coversNot(API, new Condition.PathSuffix("/api"));
        coversNot(new Condition.Host("shop.example"), new Condition.HostSuffix(".example"));
    }

    @Test
    void presenceIsWiderThanAValue() {
        Condition any = new Condition.Header("X", Optional.empty());
        covers(any, new Condition.Header("x", Optional.of("2")));
        covers(
                new Condition.Cookie("a", Optional.empty()),
                new Condition.Cookie("a", Optional.of("b")));
        coversNot(new Condition.Header("X", Optional.of("2")), any);
        coversNot(
                new Condition.Header("X", Optional.of("2")),
                new Condition.Header("X", Optional.of("3")));
        coversNot(
                new Condition.Cookie("A", Optional.empty()),
                new Condition.Cookie("a", Optional.empty()));
    }

    @Test
    void networksLieInNetworks() {
        covers(source("10.0.0.0", 8), source("10.1.0.0", 16));
        coversNot(source("10.1.0.0", 16), source("10.0.0.0", 8));
        coversNot(source("10.0.0.0", 8), source("::", 8));
    }

    @Test
    void moreTestsAreNarrower() {
        Condition both = new Condition.All(List.of(API, POST));
        Condition either = new Condition.Any(List.of(API, POST));
        covers(API, both);
        covers(either, API);
        covers(either, both);
        covers(both, both);
        coversNot(both, API);
        coversNot(API, either);
    }

    @Test
    void chanceAndCountersAreNeverWider() {
        Condition share = new Condition.Share(10);
        Condition rate = new Condition.RateAbove("t", 1);
        coversNot(share, share);
        coversNot(rate, rate);
        coversNot(new Condition.None(List.of(share)), new Condition.None(List.of(share)));
        covers(API, new Condition.All(List.of(API, share)));
    }

    private static Condition source(String address, int prefix) {
        return new Condition.Source(List.of(new Network(InetAddress.ofLiteral(address), prefix)));
    }
}
