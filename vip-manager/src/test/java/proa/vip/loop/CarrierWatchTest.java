package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.vip.packet.MacAddress;
import proa.vip.vrrp.Event;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is told of groups' links, when all looks succeed and when one fails. */
class CarrierWatchTest {

    private final Set<Integer> down = new HashSet<>();
    private final List<String> told = new ArrayList<>();
    private int looks;

    private final Hands.Arrivals arrivals =
            new Hands.Arrivals() {
                @Override
                public void advert(Event.AdvertReceived event) {
                    told.add("advert");
                }

                @Override
                public void group(String group, Event event) {
                    told.add(group + ": " + ((Event.LinkState) event).up());
                }

                @Override
                public void claimed(String group, InetAddress address, MacAddress by) {
                    told.add("claimed");
                }

                @Override
                public void moved(String why) {
                    told.add("moved");
                }
            };

    private CarrierWatch watch() {
        Map<String, Set<Integer>> interfaces = new LinkedHashMap<>();
        interfaces.put("web", Set.of(1, 2));
        interfaces.put("mail", Set.of(2));
        return new CarrierWatch(
                interfaces,
                index -> {
                    looks++;
                    return !down.contains(index);
                });
    }

    @Test
    void aGroupIsDownWithAnyOfItsInterfacesAndEachChangeIsToldOnce() {
        CarrierWatch watch = watch();
        down.add(1);
        watch.look(arrivals);
        watch.look(arrivals);
        assertThat(told).containsExactly("web: false");
        down.add(2);
        watch.look(arrivals);
        down.clear();
        watch.look(arrivals);
        assertThat(told).containsExactly("web: false", "mail: false", "web: true", "mail: true");
    }

    @Test
    void oneLookAsksForEachInterfaceOnce() {
        CarrierWatch watch = watch();
        looks = 0;
        watch.look(arrivals);
        assertThat(looks).isEqualTo(2);
    }

    /** The last event of a link may find the kernel busy: the interface then carries unseen. */
    @Test
    void aLookThatFailedIsMadeAgainWithoutAnEvent() {
        CarrierWatch watch = watch();
        down.add(2);
        watch.look(arrivals);
        told.clear();
        down.clear();
        watch.lookIfDown(arrivals);
        assertThat(told).containsExactly("web: true", "mail: true");
        looks = 0;
        watch.lookIfDown(arrivals);
        assertThat(looks).as("all are up: nobody is asked").isZero();
    }

    @Test
    void aGroupThatStandsNowhereIsNotUp() {
        assertThat(watch().up("other")).isFalse();
        assertThat(watch().up("web")).isTrue();
    }
}
