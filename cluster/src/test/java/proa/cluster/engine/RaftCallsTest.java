package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class RaftCallsTest {

    private static final byte[] NOTHING = {};

    private final List<Long> asked = new ArrayList<>();

    /** A leader that answers at once. */
    private final class Leader implements RaftCalls.Way {
        private @Nullable RaftCalls calls;

        @Override
        public int leader() {
            return 2;
        }

        @Override
        public boolean minority() {
            return false;
        }

        @Override
        public void ask(int leader, long id, boolean command, byte[] bytes) {
            asked.add(id);
            RaftCalls to = calls;
            if (to != null) {
                to.answered(id, new RaftCalls.Result(RaftCalls.ANSWERED, 1, NOTHING));
            }
        }

        @Override
        public @Nullable String failure() {
            return null;
        }
    }

    private void life() throws Exception {
        Leader leader = new Leader();
        RaftCalls calls = new RaftCalls(leader);
        leader.calls = calls;
        calls.call(false, NOTHING, false);
        calls.call(true, NOTHING, false);
    }

    /** A member that has just started again gets the answers to what it asked before. */
    @Test
    void noTwoLivesAskUnderTheSameNumber() throws Exception {
        life();
        life();
        assertThat(asked).hasSize(4).doesNotHaveDuplicates();
    }
}
