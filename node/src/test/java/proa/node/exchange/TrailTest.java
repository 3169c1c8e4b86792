package proa.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Who is told what of a connection. */
class TrailTest {

    private final Trail trail = new Trail();
    private final List<String> told = new ArrayList<>();

    private final class Ear extends Trail.Follower {
        private final String name;

        Ear(String name) {
            this.name = name;
        }

        @Override
        protected void answered(int status) {
            told.add(name + " " + status);
        }

        @Override
        protected void moved(long received, long sent) {
            told.add(name + " +" + received + "-" + sent);
        }

        @Override
        protected void closed() {
            told.add(name + " closed");
        }
    }

    @Test
    void theHeadThatCameBeforeARequestWasKnownIsItsOwn() {
        trail.received(100);
        trail.next();
        trail.add(new Ear("a"));
        trail.answered(200);
        trail.sent(50);
        trail.received(70);
        trail.next();
        trail.add(new Ear("b"));
        trail.sent(5);
        trail.closed();
        assertThat(told)
                .containsExactly("a +100-0", "a 200", "a +0-50", "b +70-5", "a closed", "b closed");
    }

    @Test
    void whoIsFoundAgainFollowsTheRequestToo() {
        trail.next();
        trail.add(new Ear("a"));
        trail.next();
        trail.answered(500);
        assertThat(told).isEmpty();
        assertThat(trail.find(Ear.class, ear -> ear.name.equals("a"))).isNotNull();
        assertThat(trail.find(Ear.class, ear -> ear.name.equals("x"))).isNull();
        trail.answered(404);
        assertThat(told).containsExactly("a 404");
    }

    @Test
    void requestsSideBySideTellWhatIsTheirOwn() {
        trail.next();
        trail.add(new Ear("a"));
        Followers first = trail.followers();
        trail.next();
        trail.add(new Ear("b"));
        Followers second = trail.followers();
        trail.next();
        Followers third = trail.followers();
        first.moved(10, 0);
        second.moved(0, 7);
        third.moved(1_000_000, 0);
        second.answered(404);
        first.answered(200);
        first.moved(0, 100_000);
        second.moved(0, 1);
        assertThat(told).containsExactly("b +0-7", "b 404", "a +10-0", "a 200", "a +0-100000");
        told.clear();
        second.ended();
        first.ended();
        trail.closed();
        assertThat(told).containsExactly("b +0-1", "a closed", "b closed");
    }

    @Test
    void manyBytesAreToldBeforeTheEnd() {
        trail.next();
        trail.add(new Ear("a"));
        trail.sent(100_000);
        assertThat(told).containsExactly("a +0-100000");
    }

    @Test
    void theFirstOfTooManyStops() {
        trail.next();
        for (int n = 0; n <= Trail.FOLLOWERS_MAX; n++) {
            trail.add(new Ear("e" + n));
        }
        assertThat(told).containsExactly("e0 closed");
        told.clear();
        trail.closed();
        trail.closed();
        assertThat(told).hasSize(Trail.FOLLOWERS_MAX);
    }
}
