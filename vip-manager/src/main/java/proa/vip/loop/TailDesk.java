package proa.vip.loop;

import proa.vip.forwarding.Service;
import proa.vip.linux.KernelException;
import proa.vip.linux.TailTables;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes what belongs to connections of a group's old owner on to it. Packets of those that the
 * kernel carries are at home on every node and stay here. Used by the loop's thread.
 */
final class TailDesk implements AutoCloseable {

    private final TailTables tables;
    private final List<Service> services;

    private TailDesk(TailTables tables, List<Service> services) {
        this.tables = tables;
        this.services = services;
    }

    /**
     * Opens what it needs; passes nothing yet.
     *
     * @param services what the kernel carries
     */
    static TailDesk open(String cluster, List<Service> services) throws KernelException {
        return new TailDesk(TailTables.open(cluster), services);
    }

    /**
     * Passes on what arrives for the group's addresses.
     *
     * @param to the old owner's own address beside each of the group's
     */
    void pass(Ground ground, List<InetAddress> to) throws KernelException {
        List<Ground.Place> places = ground.places();
        List<TailTables.Way> ways = new ArrayList<>();
        for (int at = 0; at < Math.min(places.size(), to.size()); at++) {
            Ground.Place place = places.get(at);
            if (place.sameFamily(to.get(at))) {
                ways.add(new TailTables.Way(place.based(), to.get(at), carried(place.address())));
            }
        }
        tables.pass(ground.group().name(), ways);
    }

    private List<Integer> carried(InetAddress address) {
        return services.stream()
                .filter(service -> !service.udp())
                .map(Service::address)
                .filter(each -> each.getAddress().equals(address))
                .map(InetSocketAddress::getPort)
                .toList();
    }

    /** Passes nothing of that group any more. */
    void end(String group) throws KernelException {
        tables.end(group);
    }

    @Override
    public void close() {
        tables.close();
    }
}
