package proa.chaos.drill;

import proa.chaos.remote.deed.Deed;
import proa.chaos.remote.deed.Deeds;
import proa.chaos.remote.deed.Docker;
import proa.chaos.remote.deed.Ssh;
import proa.chaos.remote.deed.Switch;
import proa.chaos.report.Console;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Step;
import proa.config.drill.Targets;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every command that a drill would run on which machine; nothing is run, nobody is reached. */
final class RemoteDryRun {

    private final TargetFile file;
    private final Console console;
    private final Roles roles;
    private int deeds;

    RemoteDryRun(TargetFile file, Console console) {
        this.file = file;
        this.console = console;
        List<String> names = file.targets().hosts().stream().map(Targets.Host::name).toList();
        this.roles = new Roles(names.getFirst(), names);
    }

    void print(List<DrillPlan> plans) {
        console.line(
                "Scripts go to these commands; a connection that stays (ssh -M) carries them:");
        for (Targets.Host host : file.targets().hosts()) {
            console.line("  %s: %s", host.name(), String.join(" ", command(host)));
        }
        console.line("If %s is the owner:", roles.owner());
        plans.forEach(this::print);
    }

    private List<String> command(Targets.Host host) {
        return host.container()
                .map(Docker::script)
                .orElseGet(() -> new Ssh(host, file.base(), Path.of("SOCKET")).script());
    }

    private void print(DrillPlan plan) {
        DryRun.print(plan, console);
        Optional<String> refusal = Deeds.refusal(plan, file.targets());
        if (refusal.isPresent()) {
            console.line("  not applicable: %s", refusal.get());
            return;
        }
        plan.steps().forEach(this::print);
        plan.soak().ifPresent(soak -> soak.faults().forEach(fault -> print(fault, soak.holdMax())));
    }

    private void print(Step step) {
        for (int at = 0; at < step.faults().size(); at++) {
            print(step.faults().get(at), step.left(at));
        }
    }

    private void print(Fault fault, Duration stays) {
        List<Deed> all = Deeds.of(fault, roles, file.targets(), "RUNx" + ++deeds);
        for (Deed deed : all) {
            if (deed.stays()) {
                int seconds = RemoteCarrier.seconds(stays) + deed.slackSeconds();
                script(deed, "arm the switch", Switch.arm(deed, seconds, RemoteLeftovers.mark()));
            }
        }
        all.forEach(deed -> script(deed, "commit", Switch.commit(deed)));
        for (Deed deed : all) {
            if (deed.stays()) {
                script(deed, "undo", Switch.undo(deed.host(), deed.id()));
            }
        }
    }

    private void script(Deed deed, String what, String script) {
        console.line("  %s, %s: %s", deed.host(), deed.what(), what);
        script.lines().forEach(line -> console.line("    | %s", line));
    }
}
