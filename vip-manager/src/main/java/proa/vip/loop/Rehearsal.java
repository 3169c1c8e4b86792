package proa.vip.loop;

import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.link.LinkCodec;
import proa.vip.message.MeshCodec;
import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;
import proa.vip.vrrp.Action;
import proa.vip.vrrp.Event;
import proa.vip.vrrp.GroupMachine;
import proa.vip.vrrp.GroupRules;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Plays takeovers with machines that nobody listens to, so that the first real one does not run on
 * cold code: cold, it takes 2 to 7 ms. Nothing is sent and nothing is touched.
 */
final class Rehearsal {

    /** Above the compiler's threshold for code without loops (200 calls). */
    private static final int ROUNDS = 300;

    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

    private final ProaConfig config;
    private final String node;
    private long nowNanos;

    Rehearsal(ProaConfig config, String node) {
        this.config = config;
        this.node = node;
    }

    void run() {
        for (int round = 0; round < ROUNDS; round++) {
            config.groups().forEach(this::play);
        }
    }

    private void play(GroupConfig group) {
        GroupRules rules =
                GroupRules.of(config.cluster(), group, node, true, Optional.empty(), List.of());
        GroupMachine machine = new GroupMachine(rules);
        heed(machine.start(nowNanos));
        feed(machine, new Event.LinkState(true));
        feed(machine, new Event.NodeConnected());
        feed(machine, new Event.NodeReadiness(true, ""));
        feed(machine, new Event.NodeHeartbeat(1, 1));
        for (GroupRules.Peer peer : rules.peers()) {
            playPeer(machine, rules, peer);
        }
        tick(machine);
        feed(machine, new Event.NodeGone());
        tick(machine);
        feed(machine, new Event.Shutdown());
    }

    private void playPeer(GroupMachine machine, GroupRules rules, GroupRules.Peer peer) {
        feed(machine, new Event.MeshPeerUp(peer.name(), List.of()));
        MeshMessage.GroupState owner =
                new MeshMessage.GroupState(
                        rules.group(), 1, MeshMessage.State.ACTIVE, peer.priority(), true, true);
        feed(machine, new Event.MeshPeerSaid(peer.name(), owner));
        VrrpAdvert advert =
                new VrrpAdvert(
                        rules.vrid(),
                        Math.max(1, peer.priority()),
                        (int) (rules.advertInterval().toMillis() / 10),
                        VrrpAdvert.oneFamily(rules.virtualAddresses()));
        feed(machine, new Event.AdvertReceived(peer.addresses().getFirst(), advert));
        feed(
                machine,
                new Event.MeshPeerSaid(
                        peer.name(), new MeshMessage.Release(rules.group(), 1, node, "")));
        feed(machine, new Event.MeshPeerDown(peer.name(), Event.Ending.BROKEN));
        feed(machine, new Event.PeerConfirmed(peer.name(), Event.Verdict.DEAD));
        tick(machine);
    }

    private void tick(GroupMachine machine) {
        for (int step = 0; step < 5; step++) {
            feed(machine, new Event.Tick());
        }
    }

    private void feed(GroupMachine machine, Event event) {
        nowNanos += STEP_NANOS;
        heed(machine.on(event, nowNanos));
    }

    /** Encodes what would be sent, as the carriers would. */
    private static void heed(List<Action> actions) {
        for (Action action : actions) {
            if (action instanceof Action.SayMesh said) {
                MeshCodec codec = new MeshCodec();
                codec.feed(ByteBuffer.wrap(MeshCodec.encode(said.message())));
                Object _ = codec.next();
            } else if (action instanceof Action.TellNode told) {
                byte[] _ = LinkCodec.encode(told.ownership());
            }
        }
    }
}
