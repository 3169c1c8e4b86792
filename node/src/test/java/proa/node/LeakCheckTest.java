package proa.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.junit.jupiter.api.Test;

/** A lost buffer is found. */
class LeakCheckTest {

    private static void use(boolean givenBack) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(16).writeInt(1);
        if (givenBack) {
            bytes.release();
        }
    }

    @Test
    void aLostBufferFailsItsClass() {
        use(false);
        assertThatThrownBy(LeakCheck::check)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("LeakCheckTest.use");
    }

    @Test
    void oneThatWasGivenBackDoesNot() {
        use(true);
        assertThatCode(LeakCheck::check).doesNotThrowAnyException();
    }
}
