package proa.vip.mesh;

import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

/** Something that happened on the mesh, told on one of its threads. */
public sealed interface MeshEvent {

    /** Node name of the peer it is about. */
    String node();

    /** An authenticated connection exists and the peer's greeting fits. */
    record PeerUp(String node, MeshMessage.Hello hello) implements MeshEvent {}

    /**
     * The connection has ended.
     *
     * @param why for the log
     */
    record PeerDown(String node, Event.Ending how, String why) implements MeshEvent {}

    /** The peer said something beyond greeting and goodbye. */
    record PeerSaid(String node, MeshMessage message) implements MeshEvent {}

    /** The answer to {@link Mesh#confirm}, or a later one that differs. */
    record Confirmed(String node, Event.Verdict verdict) implements MeshEvent {}

    /** A connection attempt, theirs or ours, came to nothing; told once per reason. */
    record Refused(String node, String why) implements MeshEvent {}
}
