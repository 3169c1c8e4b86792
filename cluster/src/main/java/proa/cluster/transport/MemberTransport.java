package proa.cluster.transport;

import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.VERIFY_SUSPECT2;

/**
 * TCP that makes nobody wait for a connection to a member that is not reached, and no question
 * whether a member lives, nor the answer, for what was sent before it.
 */
final class MemberTransport extends TCP {

    /** That may wait for a connection: more than is sent to a member in the time to open it. */
    private static final long WAITING_BYTES_MAX = 4 << 20;

    private final Openings<Address> openings =
            new Openings<>(
                    (destination, bytes) -> super.send(destination, bytes, 0, bytes.length),
                    task -> Thread.ofVirtual().name("members-open").start(task),
                    WAITING_BYTES_MAX);

    private static final short VERIFICATION =
            ClassConfigurator.getProtocolId(VERIFY_SUSPECT2.class);

    MemberTransport() {
        // Of the headers on the wire: members of other versions know this one.
        setId(ClassConfigurator.getProtocolId(TCP.class));
    }

    /**
     * A member delivers what comes from one other in order, and while it takes in the view of a
     * merge it waits for everybody's confirmation, up to two seconds: a question behind that view
     * was not answered in time, and the member put out again that had just come back.
     */
    @Override
    public Object down(Message message) {
        if (message.getHeader(VERIFICATION) != null) {
            message.setFlag(Message.Flag.OOB);
        }
        return super.down(message);
    }

    @Override
    public void send(Address destination, byte[] bytes, int offset, int length) throws Exception {
        if (srv == null
                || !openings.isOpening(destination) && srv.connectionEstablishedTo(destination)) {
            super.send(destination, bytes, offset, length);
        } else {
            openings.send(destination, bytes, offset, length);
        }
    }

    /** Messages that were dropped since the start because no connection was there in time. */
    long dropped() {
        return openings.dropped();
    }
}
