package proa.cluster.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.agreement.Action.Outcome;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Many seeded runs with losses, deaths and partitions; the seed is in the message of a failure. */
class AgreementSimulationTest {

    private static final long SECOND = 1_000 * SimulatedMembers.MILLI;
    private static final long FOLLOWED_NANOS = 3 * Agreement.FETCH_NANOS;
    private static final int RUNS = 100;
    private static final int STEPS = 30;

    /** Somebody wants something, from time to time with a file that one node cannot take. */
    private static String wish(SimulatedMembers members, int step) {
        List<String> alive = members.alive();
        String node = alive.get(members.random.nextInt(alive.size()));
        String id = node + "/" + members.nodes.get(node).life + "/" + step;
        String text = members.random.nextInt(5) == 0 ? "bad@lb2 " + step : "text " + step;
        List<String> without =
                members.names.stream()
                        .filter(name -> !alive.contains(name) || !members.together(node, name))
                        .toList();
        members.wish(node, id, text, without, List.of());
        return id + " " + text;
    }

    private static void trouble(SimulatedMembers members, boolean partitions) {
        List<String> alive = members.alive();
        int what = members.random.nextInt(partitions ? 6 : 4);
        if (alive.size() < members.names.size()) {
            members.names.stream().filter(name -> !alive.contains(name)).forEach(members::start);
            if (!partitions) {
                members.run(FOLLOWED_NANOS); // what it has missed comes before the next dies
            }
        } else if (what < 3) {
            members.kill(members.names.get(members.random.nextInt(members.names.size())));
        } else if (what > 3) {
            String one = members.names.get(members.random.nextInt(members.names.size()));
            members.separate(what == 4 ? Set.of(one) : Set.of());
        }
    }

    /** All nodes run and see each other, and time goes on. */
    private static void heal(SimulatedMembers members) {
        members.loss = 0;
        members.separate(Set.of());
        members.names.stream()
                .filter(name -> members.nodes.get(name).machine == null)
                .forEach(members::start);
        members.run(2 * Agreement.HOLD_NANOS);
    }

    private static SimulatedMembers lived(long seed, int count, boolean partitions) {
        SimulatedMembers members = new SimulatedMembers(seed, count);
        members.loss = 0.05;
        List<String> wishes = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            wishes.add(wish(members, step));
            members.run(members.random.nextInt(30) * SimulatedMembers.MILLI);
            if (members.random.nextInt(3) == 0) {
                trouble(members, partitions);
            }
            members.run(members.random.nextInt(2_500) * SimulatedMembers.MILLI);
        }
        heal(members);
        for (String wish : wishes) {
            String[] idAndText = wish.split(" ", 2);
            if (members.answers.get(idAndText[0]) instanceof Outcome.Refused refused) {
                assertThat(members.takenTexts)
                        .as("seed %d: %s %s", seed, wish, refused)
                        .doesNotContain(idAndText[1]);
            }
        }
        return members;
    }

    @Test
    void withOneNodeInTroubleAtATimeAllHaveTheSameInTheEndAndWhatIsRefusedNobodyHas() {
        int applied = 0;
        int followed = 0;
        for (long seed = 1; seed <= RUNS; seed++) {
            SimulatedMembers members = lived(seed, seed % 2 == 0 ? 2 : 3, false);
            long number = seed;
            assertThat(members.taken)
                    .as("seed %d: one text for each number", number)
                    .allSatisfy((_, texts) -> assertThat(texts).hasSize(1));
            Map<String, Stand> stands =
                    Objects.requireNonNull(members.nodes.get("lb1").machine).stands();
            assertThat(Set.copyOf(stands.values())).as("seed %d: %s", seed, stands).hasSize(1);
            assertThat(stands).hasSize(members.names.size());
            applied +=
                    (int)
                            members.answers.values().stream()
                                    .filter(Outcome.Applied.class::isInstance)
                                    .count();
            followed +=
                    (int)
                            members.answers.values().stream()
                                    .filter(
                                            outcome ->
                                                    outcome instanceof Outcome.Applied all
                                                            && !all.exceptions().isEmpty())
                                    .count();
            String last = "last " + seed;
            members.wish("lb1", last, last, List.of(), List.of());
            members.run(5 * SECOND);
            assertThat(members.answers.get(last))
                    .as("seed %d", seed)
                    .isInstanceOf(Outcome.Applied.class);
        }
        System.out.printf(
                "%d runs: %d configurations applied, %d of them with a node that followed later%n",
                RUNS, applied, followed);
        assertThat(applied).isGreaterThan(RUNS);
        assertThat(followed).isPositive();
    }

    @Test
    void afterPartitionsAllAgreeOrItIsSaid() {
        for (long seed = 1; seed <= RUNS / 2; seed++) {
            SimulatedMembers members = lived(seed, seed % 2 == 0 ? 2 : 3, true);
            Map<String, Stand> stands =
                    Objects.requireNonNull(members.nodes.get("lb1").machine).stands();
            if (Set.copyOf(stands.values()).size() > 1) {
                assertThat(members.notes)
                        .as("seed %d: %s", seed, stands)
                        .anyMatch(note -> note.contains(" uses "));
                List<String> bases = stands.values().stream().map(Stand::hash).toList();
                members.wish("lb1", "chosen", "chosen", List.of(), bases);
            } else {
                members.wish("lb1", "chosen", "chosen", List.of(), List.of());
            }
            members.run(5 * SECOND);
            assertThat(members.answers.get("chosen"))
                    .as("seed %d", seed)
                    .isInstanceOf(Outcome.Applied.class);
        }
    }
}
