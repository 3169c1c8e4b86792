package proa.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.sessions.RestoreRule.Verdict;
import proa.cluster.sessions.SessionStore.Life;

class RestoreRuleTest {

    private static final long MINUTE = 60_000;
    private static final long TAKEN = 1_000 * MINUTE;

    @Test
    void afterAStopOfAllNodesItIsBroughtBack() {
        assertThat(judge("former", 0, TAKEN)).isInstanceOf(Verdict.Restore.class);
        assertThat(judge("former", 55 * MINUTE, TAKEN + 55 * MINUTE))
                .isInstanceOf(Verdict.Restore.class);
    }

    @Test
    void aMemberThatComesBackToTheLivingNeedsNothing() {
        assertThat(judge("now", 0, TAKEN)).isInstanceOf(Verdict.NotNeeded.class);
        assertThat(judge("now", 90 * MINUTE, TAKEN)).isInstanceOf(Verdict.NotNeeded.class);
    }

    @Test
    void whoeverLeftBeforeRemovalsWereForgottenDoesNotComeBack() {
        assertThat(judge("former", 56 * MINUTE, TAKEN))
                .isEqualTo(
                        new Verdict.Refused(
                                "the others have been running without it for 56 min, and removals"
                                        + " are remembered for 55 min"));
        assertThat(judge("former", 0, TAKEN + 56 * MINUTE))
                .isEqualTo(
                        new Verdict.Refused(
                                "another member's is newer by 56 min, and removals are remembered"
                                        + " for 55 min"));
    }

    @Test
    void aSnapshotOfAnotherClusterIsNotTakenByItself() {
        SnapshotHeader other = new SnapshotHeader("test", "lb1", "former", TAKEN);
        assertThat(RestoreRule.judge(other, "shop", new Life("now", 0), TAKEN))
                .isEqualTo(new Verdict.Refused("it is of the cluster test"));
    }

    private static Verdict judge(String life, long ageMillis, long newestMillis) {
        SnapshotHeader header = new SnapshotHeader("shop", "lb1", life, TAKEN);
        return RestoreRule.judge(header, "shop", new Life("now", ageMillis), newestMillis);
    }
}
