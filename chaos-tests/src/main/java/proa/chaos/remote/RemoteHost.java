package proa.chaos.remote;

import proa.chaos.lab.Balancer;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Place;
import proa.config.drill.Targets;

import java.nio.file.Path;
import java.time.Duration;

/** One machine, or a container, on which scripts are run. Safe from any thread. */
public sealed interface RemoteHost extends AutoCloseable permits SshHost, ContainerHost {

    /**
     * A host that is not connected yet.
     *
     * @param place this machine; ends what it starts when this process dies
     * @param base folder that file names of the target file are relative to
     * @param folder an existing one for sockets and logs; a short path
     */
    static RemoteHost of(Targets.Host host, Place place, Path base, Path folder) {
        return host.container().isPresent()
                ? new ContainerHost(host, host.container().get(), folder)
                : new SshHost(host, place, base, folder);
    }

    /** What the target file says of it. */
    Targets.Host host();

    /** Its name. */
    default String name() {
        return host().name();
    }

    /** Its processes, through sockets that lead there. */
    Balancer balancer();

    /**
     * Connects, unless it is connected.
     *
     * @throws LabException with what is said when it cannot
     */
    void open();

    /**
     * Runs a script there.
     *
     * @return what it printed
     * @throws LostException when it cannot be reached, or the script does not end in time
     * @throws LabException when the script fails; the message is what it printed
     */
    String run(String script, Duration deadline);

    @Override
    void close();
}
