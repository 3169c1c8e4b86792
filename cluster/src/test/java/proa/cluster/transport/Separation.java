package proa.cluster.transport;

import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.ProtocolStack;

/** Cuts a member off from the others, silently, as a network does, and joins it again. */
public final class Separation implements AutoCloseable {

    private final DISCARD discard = new DISCARD();
    private final Group group;

    public Separation(Group group) throws Exception {
        this(group, false);
    }

    /**
     * @param hearsNothing only what comes to it is lost; the others go on hearing it
     */
    public Separation(Group group, boolean hearsNothing) throws Exception {
        this.group = group;
        if (hearsNothing) {
            discard.setUpDiscardRate(1);
        } else {
            discard.discardAll(true);
        }
        ProtocolStack stack = group.channel().getProtocolStack();
        stack.insertProtocol(discard, ProtocolStack.Position.ABOVE, TCP.class);
    }

    @Override
    public void close() {
        group.channel().getProtocolStack().removeProtocol(discard);
    }
}
