package proa.vip.vrrp;

import org.jspecify.annotations.Nullable;

import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpCodec;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is known about the other nodes. */
final class PeerBook {

    /**
     * A peer speaks each second; one that has not for so long may hang, though its connection
     * stands.
     */
    static final long FRESH_NANOS = 2 * Group.SAY_AGAIN_NANOS;

    /** What a node lacks that has lost its gateway. */
    static final String NO_GATEWAY = "its gateway does not answer";

    /** One other node. */
    static final class Peer {
        private final GroupRules.Peer listed;
        private List<InetAddress> advertSources = List.of();
        private boolean connected;
        private boolean greeted;
        private MeshMessage.@Nullable GroupState said;
        private long heardNanos = Long.MIN_VALUE / 2;

        /** When it advertised in version 3 last, and the interval that it said. */
        private long version3Nanos = Long.MIN_VALUE / 2;

        private long version3IntervalNanos;

        Peer(GroupRules.Peer listed) {
            this.listed = listed;
        }

        String name() {
            return listed.name();
        }

        int configuredPriority() {
            return listed.priority();
        }

        boolean speaksMesh() {
            return listed.speaksMesh();
        }

        /** Whether it can be talked to over the mesh. */
        boolean connected() {
            return connected;
        }

        /** Its effective priority as it last said, 0 when unknown. */
        int priority() {
            return said == null ? 0 : said.priority();
        }

        boolean owns() {
            return connected && said != null && said.state() == MeshMessage.State.ACTIVE;
        }

        /** Whether it could take the group: able when it last spoke, and that not long ago. */
        boolean standsBy(long now) {
            return connected
                    && said != null
                    && said.state() == MeshMessage.State.BACKUP
                    && said.priority() > 0
                    && now - heardNanos <= FRESH_NANOS;
        }

        /** Why {@link #standsBy} does not hold; empty when it does. */
        String unableWhy(long now) {
            MeshMessage.GroupState last = said;
            if (!listed.speaksMesh()) {
                return "a plain VRRP router, which cannot be told to";
            }
            if (!connected) {
                return "not connected";
            }
            if (last == null) {
                return "it has not said yet how it stands";
            }
            return switch (last.state()) {
                case INITIALIZE -> "its vipd starts or stops";
                case FAULT -> "it has a fault, which its log tells";
                case ACTIVE -> "it says that it owns it";
                case BACKUP -> {
                    if (last.priority() <= 0) {
                        yield "in maintenance, or its node does not serve";
                    }
                    yield now - heardNanos <= FRESH_NANOS
                            ? ""
                            : "not heard for " + (now - heardNanos) / Timers.MILLI + " ms";
                }
            };
        }

        /**
         * Why it would not take the group voluntarily; empty when it would. It says how far it is
         * lowered, not by what: a share of a handicap is tracking's, a whole one may be either's.
         */
        String unreadyWhy() {
            MeshMessage.GroupState last = said;
            if (last == null || last.ready()) {
                return "";
            }
            List<String> reasons = new ArrayList<>();
            int lowered = configuredPriority() - last.priority();
            if (!last.gatewayKept()) {
                reasons.add(NO_GATEWAY);
                lowered -= Group.HANDICAP;
            }
            if (lowered > 0 || reasons.isEmpty()) {
                reasons.add(
                        "lowered to "
                                + last.priority()
                                + " of "
                                + configuredPriority()
                                + (lowered > 0 && lowered < Group.HANDICAP && last.priority() > 1
                                        ? " by what it tracks"
                                        : ": its node is not ready, or what it tracks has failed"));
            }
            return String.join(", ", reasons);
        }

        private boolean ready() {
            return said != null && said.ready();
        }

        private boolean sends(InetAddress source) {
            return listed.addresses().contains(source) || advertSources.contains(source);
        }
    }

    private static final Comparator<Peer> BEST =
            Comparator.comparing(Peer::ready)
                    .thenComparingInt(Peer::priority)
                    .thenComparingInt(Peer::configuredPriority);

    private final List<Peer> peers = new ArrayList<>();

    PeerBook(List<GroupRules.Peer> listed) {
        listed.forEach(peer -> peers.add(new Peer(peer)));
    }

    // Asked several times for each event: plain loops, which make nothing on the way.

    Optional<Peer> named(String name) {
        for (Peer peer : peers) {
            if (peer.name().equals(name)) {
                return Optional.of(peer);
            }
        }
        return Optional.empty();
    }

    Optional<Peer> sending(InetAddress source) {
        for (Peer peer : peers) {
            if (peer.sends(source)) {
                return Optional.of(peer);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether an advertisement is to be looked at. Of a router that sends both versions only
     * version 3 is (RFC 9568 §8.4.2): the other says the interval in whole seconds, and whoever
     * learned that would wait so much longer.
     */
    boolean counts(Event.AdvertReceived received, long now) {
        Optional<Peer> sender = sending(received.source());
        if (sender.isEmpty()) {
            return true;
        }
        Peer peer = sender.get();
        long intervalNanos = Timers.interval(received.advert().intervalCentis());
        if (received.version() == VrrpCodec.VERSION) {
            peer.version3Nanos = now;
            peer.version3IntervalNanos = intervalNanos;
            return true;
        }
        // Whoever sends both sends version 3 as often at least: a forged one that announces a long
        // interval silences nobody for longer.
        long span = 3 * Math.min(peer.version3IntervalNanos, intervalNanos);
        return now - peer.version3Nanos >= span;
    }

    void up(Peer peer, List<InetAddress> advertSources, long now) {
        peer.connected = true;
        peer.greeted = true;
        peer.advertSources = advertSources;
        peer.said = null;
        peer.heardNanos = now;
    }

    void down(Peer peer) {
        peer.connected = false;
    }

    void said(Peer peer, MeshMessage.AboutGroup message, long now) {
        peer.heardNanos = now;
        if (message instanceof MeshMessage.GroupState state) {
            peer.said = state;
        }
    }

    /** A release makes its sender a standby until it says more. */
    void released(Peer peer) {
        MeshMessage.GroupState said = peer.said;
        if (said != null && said.state() == MeshMessage.State.ACTIVE) {
            peer.said =
                    new MeshMessage.GroupState(
                            said.group(),
                            said.term(),
                            MeshMessage.State.BACKUP,
                            0,
                            false,
                            said.gatewayKept());
        }
    }

    /** Who should take the group: ready, else (if that is wanted) at least alive. */
    Optional<Peer> successor(boolean unreadyToo, long now) {
        return peers.stream()
                .filter(peer -> peer.standsBy(now))
                .filter(peer -> peer.ready() || unreadyToo)
                .max(BEST);
    }

    /** The standby that could serve the group best, if it could better than this priority. */
    Optional<Peer> better(int priority, long now) {
        return peers.stream()
                .filter(peer -> peer.standsBy(now) && peer.priority() > priority)
                .max(BEST);
    }

    /** A ready standby that the file prefers to a node of this priority. */
    Optional<Peer> preferredTo(int configuredPriority, long now) {
        return peers.stream()
                .filter(peer -> peer.standsBy(now) && peer.ready())
                .filter(peer -> peer.configuredPriority() > configuredPriority)
                .max(BEST);
    }

    /** How many standbys would go before a node of this priority. */
    int rankOf(int priority, int configuredPriority, long now) {
        return (int)
                peers.stream()
                        .filter(peer -> peer.standsBy(now))
                        .filter(
                                peer ->
                                        peer.priority() > priority
                                                || (peer.priority() == priority
                                                        && peer.configuredPriority()
                                                                > configuredPriority))
                        .count();
    }

    /** Whether each of ours has been connected at least once. */
    boolean allHaveGreeted() {
        return peers.stream().allMatch(peer -> peer.greeted || !peer.speaksMesh());
    }

    boolean anyConnected() {
        return peers.stream().anyMatch(Peer::connected);
    }

    /** When a node said something last, or its connection came. */
    long lastHeardNanos() {
        long last = Long.MIN_VALUE / 2;
        for (Peer peer : peers) {
            last = Math.max(last, peer.heardNanos);
        }
        return last;
    }

    /** Whether any node but this one has said something since then. */
    boolean heardOtherThan(String name, long sinceNanos) {
        return peers.stream()
                .anyMatch(
                        peer ->
                                !peer.name().equals(name)
                                        && peer.connected
                                        && peer.heardNanos >= sinceNanos);
    }
}
