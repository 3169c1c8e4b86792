package proa.node.apply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.agreement.Action;
import proa.cluster.agreement.Action.Outcome;
import proa.cluster.agreement.Agreement;
import proa.cluster.agreement.MessageCodec;
import proa.cluster.agreement.Stand;
import proa.cluster.agreement.Version;
import proa.cluster.agreement.Wish;
import proa.cluster.member.Member;
import proa.cluster.member.Post;
import proa.node.admin.Configurations.Following;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Runs the members' {@link Agreement} on this node. One thread owns it and does what it says;
 * everybody else puts work into its queue. Safe from any thread.
 */
public final class Applying implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Applying.class);

    /** Of a handful of members; what does not fit is as if lost on the way, and said again. */
    private static final int WAITING_MAX = 1_024;

    /** A look at what is due, however seldom that may be. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final long SOON_NANOS = 20_000_000L;

    private final String node;
    private final Agreement agreement;
    private final Steps steps;
    private final Place place;
    private final Post post;
    private final Consumer<String> notes;
    private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<String, CompletableFuture<Outcome>> asked = new ConcurrentHashMap<>();
    private final AtomicLong wishes = new AtomicLong();
    private final String life;
    private final Thread thread;
    private volatile Map<String, Stand> stands;
    private volatile Following following;

    /**
     * What it works with.
     *
     * @param node this one
     * @param nodes all that the configuration lists
     * @param incarnation larger than at every start of this node before
     */
    public record Parts(
            String node,
            List<String> nodes,
            long incarnation,
            OwnFile own,
            VersionFiles files,
            Place place,
            Member member,
            InstantSource time) {}

    /**
     * Begins to listen to the others.
     *
     * @param notes told of what operators should see among the events
     */
    public static Applying start(Parts parts, Consumer<String> notes) {
        Applying applying = new Applying(parts, notes);
        parts.member().post().listen(MessageCodec.MAGIC, applying::arrived);
        parts.member().onView(applying::view);
        applying.thread.start();
        return applying;
    }

    private Applying(Parts parts, Consumer<String> notes) {
        node = parts.node();
        place = parts.place();
        post = parts.member().post();
        this.notes = notes;
        life = node + "/" + parts.incarnation() + "/";
        steps = new Steps(parts.own(), parts.files(), place, parts.time());
        Optional<Version> last =
                parts.files().latest().map(Kept::version).filter(version -> version.number() > 0);
        agreement =
                new Agreement(
                        node, parts.nodes(), last.orElse(null), place.hash(), System.nanoTime());
        stands = agreement.stands();
        following = look();
        thread = Thread.ofPlatform().daemon().name("apply").unstarted(this::run);
    }

    /** How this node stands to the others. */
    Following following() {
        return following;
    }

    /** The hash of what this node uses. */
    String hash() {
        return place.hash();
    }

    /** How far the nodes in sight are. */
    Map<String, Stand> stands() {
        return stands;
    }

    /**
     * Has the members take in a configuration.
     *
     * @param bases hashes it may be based on; empty: what is in use here
     * @param without nodes that need not agree
     */
    CompletableFuture<Outcome> propose(
            String text,
            Version.Origin origin,
            List<String> bases,
            List<String> without,
            boolean dryRun) {
        String id = life + wishes.incrementAndGet();
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        asked.put(id, answer);
        Wish wish = new Wish(id, text, origin, bases, without, dryRun);
        if (!work.offer(
                () -> {
                    long now = System.nanoTime();
                    carryOut(agreement.inUse(place.hash(), now));
                    carryOut(agreement.propose(wish, now));
                })) {
            asked.remove(id);
            answer.complete(new Outcome.Refused(List.of("too much is waiting; try again")));
        }
        return answer;
    }

    private void arrived(String from, byte[] bytes) {
        MessageCodec.decode(bytes)
                .ifPresent(
                        message -> {
                            if (!work.offer(
                                    () ->
                                            carryOut(
                                                    agreement.arrived(
                                                            from, message, System.nanoTime())))) {
                                LOG.debug("too much is waiting: a word of {} is lost", from);
                            }
                        });
    }

    private void view(Member.View view) {
        try {
            work.put(
                    () ->
                            carryOut(
                                    agreement.sight(
                                            view.members(), view.quorum(), System.nanoTime())));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                long wait = agreement.dueNanos() - System.nanoTime();
                Runnable next =
                        work.poll(Math.clamp(wait, SOON_NANOS, LOOK_NANOS), TimeUnit.NANOSECONDS);
                step(next == null ? () -> {} : next);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        asked.values().forEach(answer -> answer.cancel(false));
    }

    private void step(Runnable next) {
        try {
            next.run();
            long now = System.nanoTime();
            carryOut(agreement.inUse(place.hash(), now));
            carryOut(agreement.tick(now));
        } catch (RuntimeException defect) {
            LOG.error("a defect", defect);
        }
        stands = agreement.stands();
        following = look();
    }

    private Following look() {
        if (agreement.isBehind()) {
            return Following.BEHIND;
        }
        return agreement.isInformed() ? Following.LEVEL : Following.UNKNOWN;
    }

    private void carryOut(List<Action> actions) {
        for (Action action : actions) {
            switch (action) {
                case Action.Send(var to, var message) ->
                        post.send(to, MessageCodec.encode(message));
                case Action.Check(var proposal) -> {
                    Steps.Checked checked = steps.check(proposal);
                    carryOut(
                            agreement.checked(
                                    proposal.id(),
                                    checked.hash(),
                                    checked.reasons(),
                                    System.nanoTime()));
                }
                case Action.Release _ -> steps.release();
                case Action.Install(var version) -> installed(version, steps.install(version));
                case Action.CatchUp(var version) -> installed(version, steps.catchUp(version));
                case Action.Answer(var id, var outcome) -> answer(id, outcome);
                case Action.Note(var text) -> notes.accept(text);
            }
        }
    }

    private void installed(Version version, List<String> reasons) {
        String hash = place.hash();
        if (reasons.isEmpty()) {
            notes.accept(
                    "version "
                            + version.number()
                            + " by "
                            + version.origin().by()
                            + " on "
                            + version.origin().node()
                            + " is in use: "
                            + hash);
        }
        carryOut(agreement.installed(version, hash, new ArrayList<>(reasons), System.nanoTime()));
    }

    private void answer(String id, Outcome outcome) {
        CompletableFuture<Outcome> waiting = asked.remove(id);
        if (waiting != null) {
            stands = agreement.stands();
            waiting.complete(outcome);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
