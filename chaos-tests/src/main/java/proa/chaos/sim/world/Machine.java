package proa.chaos.sim.world;

import proa.vip.vrrp.Action;
import proa.vip.vrrp.Event;
import proa.vip.vrrp.GroupMachine;
import proa.vip.vrrp.GroupView;

import java.util.List;

/** The machine of one group on one host, as {@link GroupMachine} says. */
interface Machine {

    List<Action> start(long nowNanos);

    List<Action> on(Event event, long nowNanos);

    long deadlineNanos();

    GroupView view();

    /** The product's. */
    record Product(GroupMachine machine) implements Machine {
        @Override
        public List<Action> start(long nowNanos) {
            return machine.start(nowNanos);
        }

        @Override
        public List<Action> on(Event event, long nowNanos) {
            return machine.on(event, nowNanos);
        }

        @Override
        public long deadlineNanos() {
            return machine.deadlineNanos();
        }

        @Override
        public GroupView view() {
            return machine.view();
        }
    }
}
