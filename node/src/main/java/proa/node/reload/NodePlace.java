package proa.node.reload;

import proa.config.text.Outcome;
import proa.node.apply.Place;

import java.util.List;

/** This node, for configurations that the members take in together. */
record NodePlace(Reloader reloader, Generations generations) implements Place {

    @Override
    public String hash() {
        return generations.current().hash();
    }

    @Override
    public List<String> hold(Outcome.Ok next) {
        return reloader.hold(next);
    }

    @Override
    public List<String> take(String by) {
        return switch (reloader.take(by)) {
            case Reload.Done _ -> List.of();
            case Reload.Refused(var reasons) -> reasons;
        };
    }

    @Override
    public void release() {
        reloader.release();
    }
}
