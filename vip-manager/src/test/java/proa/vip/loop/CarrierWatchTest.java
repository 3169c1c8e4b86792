package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.vip.packet.MacAddress;
import proa.vip.vrrp.Event;

import java.net.InetAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is told of groups' links, when all looks succeed and when one fails. */
class CarrierWatchTest {

    private final Set<Integer> down = new HashSet<>();
    private final Set<Integer> refused = new HashSet<>();
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
                    if (refused.contains(index)) {
                        throw new SocketException("not now");
                    }
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

    /** The last event of a link may find the kernel busy: nothing changes, and one looks again. */
    @Test
    void aLookThatIsRefusedChangesNothingAndIsMadeAgainWithoutAnEvent() {
        CarrierWatch watch = watch();
        refused.add(2);
        watch.look(arrivals);
        assertThat(told).as("as before").isEmpty();
        refused.clear();
        down.add(2);
        watch.lookIfUnsure(arrivals);
        assertThat(told).containsExactly("web: false", "mail: false");
        told.clear();
        down.clear();
        watch.lookIfUnsure(arrivals);
        assertThat(told).containsExactly("web: true", "mail: true");
        looks = 0;
        watch.lookIfUnsure(arrivals);
        assertThat(looks).as("all are up: nobody is asked").isZero();
    }

    /** A machine that starts while the link is down hears of it when it is up. */
    @Test
    void whatAMachineWasToldAtItsStartCounts() {
        CarrierWatch watch = watch();
        down.add(1);
        assertThat(watch.up("web")).isFalse();
        down.clear();
        watch.lookIfUnsure(arrivals);
        assertThat(told).containsExactly("web: true");
    }

    @Test
    void aGroupThatStandsNowhereIsNotUp() {
        assertThat(watch().up("other")).isFalse();
        assertThat(watch().up("web")).isTrue();
    }
}
