package proa.node.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.link.LinkMessage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One question to vipd. */
class VipdOrderTest {

    private static final LinkMessage.Move MOVE = new LinkMessage.Move("web", "lb2", "anna");

    @TempDir private Path folder;

    @Test
    void theAnswerIsTheOneToTheOrder() throws Exception {
        try (FakeVipd vipd = new FakeVipd(folder.resolve("vipd.sock"))) {
            CompletableFuture<LinkMessage.Done> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> ask(answer));
            assertThat(vipd.expect(LinkMessage.Move.class)).isEqualTo(MOVE);
            vipd.say(new LinkMessage.Status("{}"));
            vipd.say(new LinkMessage.Done(false, "lb2 is not ready"));
            assertThat(answer.get(30, TimeUnit.SECONDS))
                    .isEqualTo(new LinkMessage.Done(false, "lb2 is not ready"));
        }
    }

    private void ask(CompletableFuture<LinkMessage.Done> answer) {
        try {
            answer.complete(VipdOrder.give(folder.resolve("vipd.sock"), MOVE));
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
    }

    @Test
    void withoutAVipdThatIsSaid() {
        assertThatThrownBy(() -> VipdOrder.give(folder.resolve("vipd.sock"), MOVE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("vipd does not answer at " + folder.resolve("vipd.sock"));
    }
}
