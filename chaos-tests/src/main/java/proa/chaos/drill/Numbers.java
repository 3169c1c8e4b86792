package proa.chaos.drill;

import proa.chaos.bench.l4.Survivors;
import proa.chaos.drill.facts.Evidence;
import proa.chaos.lab.Await;
import proa.chaos.lab.Conversation;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.lab.VipdStatus;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Long connections that the kernel forwards, half of them over IPv6, every number on them checked.
 * Their group is where the observed one is when a drill begins. Used by one thread.
 */
final class Numbers implements AutoCloseable {

    /** Of each family; a third of each kind. */
    private static final int CONNECTIONS = 30;

    /** Connections are given half a minute a family to go on. */
    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);

    private final Trio trio;
    private final Conversation clients;

    private Numbers(Trio trio, Conversation clients) {
        this.trio = trio;
        this.clients = clients;
    }

    /** Starts the clients' process, which opens nothing yet; none in a trio without that group. */
    static Optional<Numbers> start(Trio trio) {
        if (trio.plan().numbers().isEmpty()) {
            return Optional.empty();
        }
        Conversation clients =
                trio.clientPlace()
                        .converse(
                                TrioPlan.NUMBERS,
                                Launcher.command(List.of("bench-l4-clients")),
                                trio.folder().resolve("numbers-clients.log"),
                                Launcher.ENVIRONMENT);
        return Optional.of(new Numbers(trio, clients));
    }

    /**
     * Opens all connections anew, with their group at that balancer.
     *
     * @throws LabException when it does not go there, or not every connection can be opened
     */
    void open(Machine owner) {
        ask("close");
        if (!isOwner(owner)) {
            owner.command("move", TrioPlan.NUMBERS, owner.name());
            Await.until(
                    Stage.RECOVERY,
                    TrioPlan.NUMBERS + " is at " + owner.name(),
                    () -> isOwner(owner));
        }
        for (String address : trio.plan().numbers()) {
            Survivors opened =
                    ask("open " + address + " " + TrioPlan.NUMBERS_PORT + " " + CONNECTIONS);
            if (!opened.all()) {
                throw new LabException("not every connection is there: " + opened);
            }
        }
    }

    private static boolean isOwner(Machine machine) {
        return VipdStatus.of(machine).stream()
                .flatMap(status -> status.groups().stream())
                .anyMatch(
                        group ->
                                group.group().equals(TrioPlan.NUMBERS)
                                        && group.owner().equals(machine.name()));
    }

    /** What has become of them; waits for the next number of each. */
    Evidence.Lasting count() {
        Survivors now = ask("count");
        return new Evidence.Lasting(now.connections(), now.alive(), now.broken(), now.first());
    }

    private Survivors ask(String question) {
        return clients.ask(question, Survivors.class, ANSWER_MAX);
    }

    @Override
    public void close() {
        clients.close();
    }
}
