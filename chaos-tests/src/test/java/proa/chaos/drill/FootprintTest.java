package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** What a process holds, by its own heap and by what two collectors say of theirs. */
class FootprintTest {

    private static final int MIB = 1 << 20;
    private static final int HELD = 96;

    @Test
    void whatIsKeptCountsAndGarbageDoesNot() throws IOException {
        long self = ProcessHandle.current().pid();
        double before = Footprint.withoutGarbage(self).megabytes();
        byte[][] kept = filled();
        Footprint with = Footprint.withoutGarbage(self);
        assertThat(with.exact()).isTrue();
        assertThat(with.descriptors()).isPositive();
        assertThat(with.megabytes() - before).isBetween(HELD * 0.7, HELD * 1.5);
        assertThat(kept[0][0]).isEqualTo((byte) 1);
        kept = null;
        assertThat(Footprint.withoutGarbage(self).megabytes() - before).isLessThan(HELD * 0.3);
    }

    private static byte[][] filled() {
        byte[][] kept = new byte[HELD][MIB];
        for (byte[] one : kept) {
            Arrays.fill(one, (byte) 1);
        }
        return kept;
    }

    @Test
    void aHeapOfOneOrOfTwoParts() {
        String g1 =
                """
                42:
                 garbage-first heap   total reserved 2048K, committed 2048K, used 1500K \
                [0x00000000e0000000, 0x00000000e0200000)
                  region size 1024K, 1 young (1024K), 0 survivors (0K)
                 Metaspace       used 133K, committed 384K, reserved 1114112K
                """;
        String serial =
                """
                 DefNew     total 9216K, used 700K [0xfec00000, 0xff5f0000, 0xff600000)
                  eden space 8192K,  6% used [0xfec00000, 0xfec8d2a0, 0xff400000)
                 Tenured    total 10240K, used 300K [0xff600000, 0x100000000, 0x100000000)
                   the  space 10240K,   0% used [0xff600000, 0xff600000, 0x100000000)
                """;
        List<String> mappings =
                List.of(
                        "e0000000-e0100000 rw-p 00000000 00:00 0 ",
                        "Size:               1024 kB",
                        "Rss:                 900 kB",
                        "e0100000-e0200000 rw-p 00000000 00:00 0 ",
                        "Rss:                 100 kB",
                        "fec00000-100000000 rw-p 00000000 00:00 0 ",
                        "Rss:                5000 kB",
                        "7f0000000000-7f0000021000 rw-p 00000000 00:00 0 [heap]",
                        "Rss:                  77 kB");

        assertThat(Footprint.live(g1)).isEqualTo(1_500);
        assertThat(Footprint.residentHeap(g1, mappings)).isEqualTo(1_000);
        assertThat(Footprint.live(serial)).isEqualTo(1_000);
        assertThat(Footprint.residentHeap(serial, mappings)).isEqualTo(5_000);
    }

    /** One that was not asked may be the same as before, and what it holds is not nothing. */
    @Test
    void whoCouldNotBeLookedAtMayHaveLivedThrough() {
        Footprint before = new Footprint(7, 100, 300, true);
        assertThat(Footprint.unmeasured(0).isMeasured()).isFalse();
        assertThat(before.mayBe(Footprint.unmeasured(0))).isTrue();
        assertThat(before.mayBe(Footprint.unmeasured(7))).isTrue();
        assertThat(before.mayBe(Footprint.unmeasured(8))).isFalse();
        assertThat(before.mayBe(new Footprint(8, 100, 300, true))).isFalse();
    }
}
