package proa.vip.loop;

import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;
import proa.vip.vrrp.GroupMachine;

/**
 * When this host had the first sign that a group's owner is no longer, or gives the group up: from
 * then to the decision is what the election took. A sign that the owner is there after all takes it
 * back. Without one the silence alone decided. Not thread-safe.
 */
final class FirstSign {

    private long seenNanos;
    private boolean seen;

    /**
     * An event is about to be fed to the group's machine.
     *
     * @param machine which knows who owns the group
     */
    void heed(Event event, GroupMachine machine, long nowNanos) {
        switch (event) {
            case Event.MeshPeerDown down ->
                    note(down.node().equals(machine.view().owner()), nowNanos);
            case Event.MeshPeerSaid said -> {
                note(said.message() instanceof MeshMessage.Release, nowNanos);
                if (said.message() instanceof MeshMessage.GroupState state
                        && state.state() == MeshMessage.State.ACTIVE) {
                    seen = false;
                }
            }
            case Event.AdvertReceived heard -> {
                boolean ends = heard.advert().priority() == 0;
                note(ends, nowNanos);
                seen &= ends;
            }
            case Event.NodeLeaving _ -> note(true, nowNanos);
            // What these lead to is decided at once, or they are no sign.
            case Event.Tick _,
                    Event.LinkState _,
                    Event.MeshPeerUp _,
                    Event.PeerConfirmed _,
                    Event.NodeConnected _,
                    Event.NodeHeartbeat _,
                    Event.NodeReadiness _,
                    Event.NodeLooked _,
                    Event.NodeGone _,
                    Event.NodeDrained _,
                    Event.GatewayProbed _,
                    Event.MoveRequested _,
                    Event.Drain _,
                    Event.AddressClaimed _,
                    Event.Tracked _,
                    Event.ActionFailed _,
                    Event.Shutdown _ -> {}
        }
    }

    private void note(boolean sign, long nowNanos) {
        if (sign && !seen) {
            seen = true;
            seenNanos = nowNanos;
        }
    }

    /**
     * A transition was decided; the next one begins without a sign.
     *
     * @return microseconds since the first sign; −1: there was none
     */
    long taken(long decidedNanos) {
        long micros = seen ? Math.max(0, (decidedNanos - seenNanos) / 1_000) : -1;
        seen = false;
        return micros;
    }
}
