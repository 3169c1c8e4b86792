package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What comes faster than the replicator takes it in. */
class InboxTest {

    private static final int TOO_MANY = 3;

    private final AtomicInteger woken = new AtomicInteger();
    private final Inbox inbox = new Inbox(woken::incrementAndGet);

    private void fill() {
        for (int n = 0; n < Inbox.MESSAGES_MAX + TOO_MANY; n++) {
            inbox.received(2, new byte[] {(byte) n});
        }
    }

    @Test
    void aMessageTooManyIsDroppedAndCountedAndNobodyWaits() {
        fill();
        assertThat(inbox.waiting()).isEqualTo(Inbox.MESSAGES_MAX);
        assertThat(inbox.dropped()).isEqualTo(TOO_MANY);
        assertThat(woken.get()).isEqualTo(Inbox.MESSAGES_MAX);
        for (int n = 0; n < Inbox.MESSAGES_MAX; n++) {
            assertThat(inbox.next())
                    .isInstanceOfSatisfying(
                            Inbox.Event.Arrived.class,
                            arrived -> assertThat(arrived.id()).isEqualTo(2));
        }
        assertThat(inbox.next()).as("the last ones did not find a place").isNull();
        inbox.received(3, new byte[1]);
        assertThat(inbox.waiting()).as("there is room again").isEqualTo(1);
        assertThat(inbox.dropped()).isEqualTo(TOO_MANY);
    }

    @Test
    void whoIsThereIsToldHoweverMuchWaits() {
        fill();
        inbox.view(List.of(1, 2));
        for (int n = 0; n < Inbox.MESSAGES_MAX; n++) {
            inbox.next();
        }
        assertThat(inbox.next()).isEqualTo(new Inbox.Event.Seen(List.of(1, 2)));
    }
}
