package proa.node.notify;

import proa.config.NotifyConfig;
import proa.node.admin.Answer;
import proa.node.admin.Events.Event;
import proa.node.admin.Json;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells everybody whom the configuration in use lists, each by a thread and a bounded queue of its
 * own: who is slow or gone holds up nobody. Safe from any thread; {@link #tell} never waits.
 */
public final class Hooks implements AutoCloseable {

    /**
     * What became of the events of one.
     *
     * @param failed given up after all attempts
     * @param dropped for want of a place to wait
     */
    public record Figures(String hook, long told, long failed, long dropped) {}

    private final String cluster;
    private final String node;
    private final Supplier<List<NotifyConfig>> configured;
    private final ConcurrentMap<String, Hook> hooks = new ConcurrentHashMap<>();

    /**
     * Those of a node.
     *
     * @param configured who is to be told as of now
     */
    public Hooks(String cluster, String node, Supplier<List<NotifyConfig>> configured) {
        this.cluster = cluster;
        this.node = node;
        this.configured = configured;
    }

    /** Something has happened. */
    public void tell(Event event) {
        List<NotifyConfig> now = configured.get();
        if (now.isEmpty() && hooks.isEmpty()) {
            return;
        }
        forget(now);
        String json = "";
        for (NotifyConfig config : now) {
            if (config.on().stream().anyMatch(kind -> kind.name().equals(event.kind().name()))) {
                json = json.isEmpty() ? json(event) : json;
                hooks.computeIfAbsent(config.name(), Hook::start)
                        .tell(new Hook.Word(config, event.kind().word(), event.subject(), json));
            }
        }
    }

    private void forget(List<NotifyConfig> now) {
        var names = now.stream().map(NotifyConfig::name).collect(Collectors.toSet());
        hooks.forEach(
                (name, hook) -> {
                    if (!names.contains(name) && hooks.remove(name, hook)) {
                        hook.stop();
                    }
                });
    }

    private String json(Event event) {
        Map<String, Object> document = Answer.ordered("cluster", cluster, "node", node);
        document.putAll(event.document());
        return Json.of(document);
    }

    /** What became of what each was told, as values {@link Json} can write. */
    public List<Map<String, Object>> status() {
        return configured.get().stream()
                .map(
                        config -> {
                            Hook hook = hooks.get(config.name());
                            Map<String, Object> document = Answer.ordered("name", config.name());
                            document.putAll(hook == null ? Hook.NOTHING : hook.status());
                            return document;
                        })
                .toList();
    }

    /** The same as numbers. */
    public List<Figures> figures() {
        return configured.get().stream()
                .map(
                        config -> {
                            Hook hook = hooks.get(config.name());
                            return hook == null
                                    ? new Figures(config.name(), 0, 0, 0)
                                    : hook.figures();
                        })
                .toList();
    }

    /** What waits has a moment to be told. */
    @Override
    public void close() {
        hooks.values().forEach(Hook::end);
        hooks.values().forEach(Hook::await);
    }
}
