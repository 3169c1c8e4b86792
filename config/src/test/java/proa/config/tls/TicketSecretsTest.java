package proa.config.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class TicketSecretsTest {

    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final Duration ROTATE = Duration.ofHours(12);

    private static byte[] bytes(int fill) {
        byte[] secret = new byte[TicketSecret.BYTES];
        Arrays.fill(secret, (byte) fill);
        return secret;
    }

    /** One that was made so many seconds ago. */
    private static TicketSecrets secret(int fill, long secondsAgo) {
        return TicketSecrets.only(bytes(fill), NOW.minusSeconds(secondsAgo));
    }

    private static List<String> names(TicketSecrets secrets, Instant at) {
        return secrets.keys("https", at, ROTATE).stream()
                .map(key -> HexFormat.of().formatHex(key.name()))
                .toList();
    }

    private static String making(TicketSecrets secrets, Instant at) {
        return names(secrets, at).getFirst();
    }

    @Test
    void theOldestMakesTicketsAndTheOtherIsStillUnderstoodForItsPeriods() {
        TicketSecrets old = secret(1, 100);
        TicketSecrets young = secret(2, 50);
        TicketSecrets both = young.merge(old, NOW);

        assertThat(both).isEqualTo(old.merge(young, NOW));
        assertThat(both.makesAs(old)).isTrue();
        assertThat(both.makesAs(young)).isFalse();
        assertThat(making(both, NOW)).isEqualTo(making(old, NOW));
        assertThat(names(both, NOW)).containsAll(names(young, NOW)).hasSize(6);
        Instant next = NOW.plus(ROTATE);
        assertThat(names(both, next)).contains(making(young, NOW)).hasSize(6);
        Instant over = NOW.plus(ROTATE.multipliedBy(2));
        assertThat(names(both, over)).isEqualTo(names(old, over));
    }

    @Test
    void ofTwoThatWereMadeAtOnceTheLowerWins() {
        assertThat(secret(2, 7).merge(secret(1, 7), NOW).makesAs(secret(1, 7))).isTrue();
    }

    @Test
    void whoHearsOfItLaterDoesNotMakeItLast() {
        TicketSecrets both = secret(1, 100).merge(secret(2, 50), NOW);
        Instant later = NOW.plus(Duration.ofDays(3));

        assertThat(secret(3, 10).merge(both, later).merge(both, later))
                .isEqualTo(both.merge(secret(3, 10), later));
        assertThat(both.merge(both, later)).isEqualTo(both);
        Instant over = NOW.plus(TicketSecrets.KEPT);
        assertThat(both.merge(secret(1, 100), over)).isEqualTo(secret(1, 100));
    }

    /** In any order, over any path, some of it twice: as many nodes as in a large cluster. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void allNodesEndWithTheSame(long seed) {
        Random random = new Random(seed);
        List<TicketSecrets> nodes = new ArrayList<>();
        for (int node = 1; node <= 6; node++) {
            nodes.add(secret(node, random.nextInt(4)));
        }
        TicketSecrets all = nodes.stream().reduce((a, b) -> a.merge(b, NOW)).orElseThrow();
        while (!nodes.stream().allMatch(all::equals)) {
            int to = random.nextInt(nodes.size());
            TicketSecrets said = nodes.get(random.nextInt(nodes.size()));
            nodes.set(to, nodes.get(to).merge(TicketSecrets.of(said.toBytes()), NOW));
        }
        assertThat(names(all, NOW)).hasSize(18);
    }

    @Test
    void aNodeThatStartsAgainAndAgainPushesNothingOutThatWasInUse() {
        TicketSecrets split = secret(1, 90_000).merge(secret(2, 80_000), NOW);
        TicketSecrets known = split;
        Instant now = NOW;
        for (int start = 0; start < 40; start++) {
            now = now.plusSeconds(10);
            byte[] own = bytes(100 + start);
            known = known.merge(TicketSecrets.only(own, now.minusMillis(start)), now);
        }

        assertThat(names(known, now)).hasSize(3 * (1 + TicketSecrets.LOST_MAX));
        assertThat(names(known, now)).containsAll(names(split, now));
    }

    @Test
    void nothingOfItIsText() {
        TicketSecrets both = secret(0xab, 100).merge(secret(0xcd, 50), NOW);

        assertThat(both.toString()).isEqualTo("2 secrets of session tickets");
        byte[] whole = both.toBytes();
        byte[] half = Arrays.copyOf(whole, whole.length - 1);
        assertThatThrownBy(() -> TicketSecrets.of(half))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not the secrets of session tickets");
        assertThatThrownBy(() -> TicketSecrets.of(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        whole[0] = -1;
        assertThatThrownBy(() -> TicketSecrets.of(whole))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a time of a secret of session tickets");
    }
}
