package proa.cluster.transport;

import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.stack.Protocol;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Right above the transport: cuts the connections of nodes that leave a view before the transport
 * says goodbye to them. For a hung one that goodbye would wait, and with it everybody's view. When
 * this node has left, or could not join, it cuts what is left.
 */
final class CutLeavers extends Protocol {

    private final Consumer<Set<Integer>> cut;
    private final Runnable end;
    private Set<Integer> before = Set.of();

    /**
     * @param cut is given the ids of nodes that have left; must not block
     * @param end when the channel has closed; must not block
     */
    CutLeavers(Consumer<Set<Integer>> cut, Runnable end) {
        this.cut = cut;
        this.end = end;
    }

    /** After every protocol has stopped, the transport too. */
    @Override
    public void destroy() {
        end.run();
    }

    @Override
    public Object down(Event event) {
        if (event.type() == Event.VIEW_CHANGE) {
            View view = event.arg();
            seen(view);
        }
        return down_prot.down(event);
    }

    private synchronized void seen(View view) {
        Set<Integer> now = new HashSet<>();
        view.forEach(member -> now.add(Group.id(member)));
        Set<Integer> left = new HashSet<>(before);
        left.removeAll(now);
        before = now;
        if (!left.isEmpty()) {
            cut.accept(left);
        }
    }
}
