package proa.chaos.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A server that serves for weeks has receipts for whoever asks now. */
class ReceiptsTest {

    @Test
    void theLatestAreKept() {
        Receipts receipts = new Receipts(3);
        for (int token = 1; token <= 5; token++) {
            receipts.note("/once/t" + token);
        }
        assertThat(receipts.list().lines()).containsExactly("t3", "t4", "t5");
    }
}
