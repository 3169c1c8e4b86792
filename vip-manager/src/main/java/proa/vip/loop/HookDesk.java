package proa.vip.loop;

import proa.config.CarrierConfig;
import proa.config.GroupConfig;
import proa.vip.placement.HookOrders;
import proa.vip.placement.HookOrders.Order;
import proa.vip.vrrp.Action;
import proa.vip.vrrp.Event;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Has the operators' programs run that move groups where nobody may announce them. A program that
 * cannot make this node the owner is told to the group's machine like an address that the kernel
 * refuses: it releases the group, and the next node tries. Used by the loop's thread, which never
 * waits for a program.
 */
final class HookDesk {

    private final Map<String, Hooked> groups = new LinkedHashMap<>();
    private final String node;
    private final NodeDesk.Machines machines;
    private final Journal journal;

    private record Hooked(
            GroupConfig group, CarrierConfig.Hook hook, HookOrders orders, HookRunner runner) {}

    HookDesk(List<GroupConfig> all, String node, NodeDesk.Machines machines, Journal journal) {
        this.node = node;
        this.machines = machines;
        this.journal = journal;
        for (GroupConfig group : all) {
            if (group.carrier() instanceof CarrierConfig.Hook hook) {
                groups.put(
                        group.name(),
                        new Hooked(group, hook, new HookOrders(), new HookRunner(hook)));
            }
        }
    }

    /** How long a program of these groups may take. */
    static Duration deadlineMax(List<GroupConfig> groups) {
        Duration longest = Duration.ZERO;
        for (GroupConfig group : groups) {
            if (group.carrier() instanceof CarrierConfig.Hook hook
                    && hook.deadline().compareTo(longest) > 0) {
                longest = hook.deadline();
            }
        }
        return longest;
    }

    /** Starts the threads; ends of programs are told on the loop's thread. */
    void start(Inbox inbox) {
        for (Hooked hooked : groups.values()) {
            hooked.runner.start(hooked.group.name(), end -> inbox.post(() -> ended(hooked, end)));
        }
    }

    /** The group goes from one state to another. */
    void transition(String group, Action.Transition made, String owner, long nowNanos) {
        Hooked hooked = groups.get(group);
        if (hooked != null) {
            Order order = new Order(made.to(), owner, made.term(), made.why());
            hooked.orders.transition(order, nowNanos);
            begin(hooked, nowNanos);
        }
    }

    /** Begins what is due by time alone. */
    void tick(long nowNanos) {
        for (Hooked hooked : groups.values()) {
            begin(hooked, nowNanos);
        }
    }

    private void begin(Hooked hooked, long nowNanos) {
        hooked.orders
                .next(nowNanos)
                .ifPresent(order -> hooked.runner.run(order, environment(hooked.group, order)));
    }

    /** What the program finds in its environment. */
    private Map<String, String> environment(GroupConfig group, Order order) {
        String addresses =
                group.vips().stream()
                        .map(vip -> vip.address().getHostAddress())
                        .collect(Collectors.joining(" "));
        return Map.of(
                "PROA_GROUP", group.name(),
                "PROA_STATE", order.state(),
                "PROA_VIPS", addresses,
                "PROA_NODE", node,
                "PROA_OWNER", order.owner(),
                "PROA_TERM", Long.toString(order.term()),
                "PROA_REASON", HookRunner.printable(order.reason()));
    }

    private void ended(Hooked hooked, HookRunner.End end) {
        long now = System.nanoTime();
        String name = hooked.group.name();
        HookOrders.Outcome outcome = hooked.orders.ended(end.well(), now);
        String line = name + ": the hook for " + end.order().state() + ": " + end.how();
        switch (outcome) {
            case DONE, OVERTAKEN -> journal.info(line + end.said());
            case AGAIN -> journal.warn(line + ", is tried again" + end.said());
            case GIVEN_UP -> {
                journal.alarm(line + ", the network may still send here");
                if (!end.said().isEmpty()) { // for this log only: it may hold a secret
                    journal.warn(line + end.said());
                }
            }
            case NOT_TAKEN -> {
                journal.warn(line + end.said());
                machines.one(
                        name,
                        new Event.ActionFailed(new Action.AddAddress(), "hook: " + end.how()));
            }
        }
        begin(hooked, now);
    }

    /** From now on what fails is not tried again. */
    void stop() {
        groups.values().forEach(hooked -> hooked.orders.stop());
    }

    /** Whether no program runs or is to be run. */
    boolean idle() {
        return groups.values().stream().allMatch(hooked -> hooked.orders.idle());
    }

    /** When {@link #tick} is due; {@link Long#MAX_VALUE}: never. */
    long deadlineNanos() {
        long earliest = Long.MAX_VALUE;
        for (Hooked hooked : groups.values()) {
            long deadline = hooked.orders.deadlineNanos();
            if (deadline != Long.MAX_VALUE
                    && (earliest == Long.MAX_VALUE || deadline - earliest < 0)) {
                earliest = deadline;
            }
        }
        return earliest;
    }
}
