package proa.vip.loop;

import proa.config.GroupConfig;
import proa.config.Timing;
import proa.vip.forwarding.Counters;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Strays.Counted;
import proa.vip.linux.Descriptor;
import proa.vip.mesh.Mesh;
import proa.vip.message.MeshMessage;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Addresses that belong to whoever has bound them, for demos without rights: nothing is asked of
 * the kernel, advertisements travel over the mesh, and the node binds when it is told that it owns.
 */
final class BindHands implements Hands {

    private final Mesh mesh;
    private final Timing timing;

    BindHands(Mesh mesh, Timing timing) {
        this.mesh = mesh;
        this.timing = timing;
    }

    @Override
    public void sendAdvert(GroupConfig group, int priority) {
        int intervalCentis = (int) (group.advertInterval(timing).toMillis() / 10);
        mesh.say("", new MeshMessage.Advert(group.vrid(), priority, intervalCentis));
    }

    @Override
    public void renewLease(GroupConfig group, long millis) {}

    @Override
    public void stopAnswering(GroupConfig group, long acceptMillis) {}

    @Override
    public void dropLease(GroupConfig group) {}

    @Override
    public void addAddress(GroupConfig group) {}

    @Override
    public void removeAddress(GroupConfig group) {}

    @Override
    public void announce(GroupConfig group) {}

    @Override
    public void probeAddresses(GroupConfig group) {}

    @Override
    public void probeGateway(GroupConfig group, long nowNanos) {}

    @Override
    public boolean tracksGateway(GroupConfig group) {
        return false;
    }

    @Override
    public List<InetAddress> advertSources() {
        return List.of();
    }

    @Override
    public void greeted(String node, List<InetAddress> advertSources) {}

    @Override
    public Optional<InetAddress> linkLocal(GroupConfig group) {
        return Optional.empty();
    }

    /** A bound address is on one host only. */
    @Override
    public List<InetAddress> tail(GroupConfig group) {
        return List.of();
    }

    @Override
    public void passTail(GroupConfig group, List<InetAddress> to) {}

    @Override
    public void endTail(GroupConfig group) {}

    @Override
    public boolean linkUp(GroupConfig group) {
        return true;
    }

    @Override
    public List<Descriptor> descriptors() {
        return List.of();
    }

    @Override
    public void receive(Arrivals arrivals) {}

    @Override
    public void tick(Arrivals arrivals, long nowNanos) {}

    @Override
    public long deadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void warmUp() {}

    @Override
    public void forward(Service service, Set<String> servers) {
        throw new IllegalStateException(
                "no file asks for that: " + service.frontend() + " has no kernel to forward it");
    }

    @Override
    public void down(String frontend, Set<String> servers) {}

    @Override
    public void forget(String group) {}

    @Override
    public void owned(String group, boolean ours, long term) {}

    @Override
    public void connected() {}

    @Override
    public void speakBy(Consumer<MeshMessage> say) {}

    @Override
    public void heard(MeshMessage.Connections said) {}

    @Override
    public Map<String, Counted> replicated() {
        return Map.of();
    }

    @Override
    public List<Counters.Traffic> traffic() {
        return List.of();
    }

    @Override
    public String describe() {
        return Json.object().put("kind", "bind").toString();
    }

    @Override
    public void close() {}
}
