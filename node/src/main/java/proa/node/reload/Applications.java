package proa.node.reload;

import proa.cluster.member.Member;
import proa.config.ClusterConfig;
import proa.node.admin.Configurations;
import proa.node.admin.Events.Kind;
import proa.node.apply.Applying;
import proa.node.apply.OwnFile;
import proa.node.apply.VersionFiles;
import proa.node.apply.Versions;

import java.time.InstantSource;

/** Starts what takes in configurations of the whole cluster. */
final class Applications {

    private Applications() {}

    /** Nothing can be applied to a node without a file. */
    static Configurations start(
            Setup setup,
            NodePlace place,
            long incarnation,
            Member member,
            Observing observing,
            Undo parts) {
        if (setup.own().isEmpty()) {
            return Configurations.NONE;
        }
        OwnFile own = setup.own().get();
        VersionFiles files = new VersionFiles(setup.stateDirectory());
        InstantSource time = InstantSource.system();
        Applying.Parts needed =
                new Applying.Parts(
                        setup.node(),
                        setup.config().cluster().nodes().stream()
                                .map(ClusterConfig.Node::name)
                                .toList(),
                        incarnation,
                        own,
                        files,
                        place,
                        member,
                        time);
        Applying applying =
                parts.keep(
                        Applying.start(
                                needed,
                                text -> observing.events().add(Kind.RELOAD, "cluster", text)));
        return new Versions(applying, own, files, setup.node(), time);
    }
}
