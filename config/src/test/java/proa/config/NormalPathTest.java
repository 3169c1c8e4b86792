package proa.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

class NormalPathTest {

    @ParameterizedTest
    @CsvSource({
        "//admin, /admin",
        "///admin//, /admin/",
        "/%61dmin, /admin",
        "/%61%64%6D%69%6e, /admin",
        "/./admin, /admin",
        "/x/../admin, /admin",
        "/x/%2e%2E/admin, /admin",
        "/x/y/../../admin, /admin",
        "/../../admin, /admin",
        "/admin;x, /admin",
        "/admin;x=1/y;z, /admin/y",
        "/;x/admin, /admin",
        "/%2fadmin, /admin",
        "/%5cadmin, /admin",
        "/\\admin, /admin",
        "/admin%2Fx, /admin/x",
        "/admin%3Bx, /admin",
        "/admin/., /admin/",
        "/admin/.., /",
        "/admin/x/.., /admin/",
        "/.., /",
        "/%2561dmin, /%61dmin",
        "/caf%c3%a9, /caf\u00c3\u00a9"
    })
    void readsAsServersDo(String path, String normal) {
        assertThat(NormalPath.of(path)).isEqualTo(normal);
        assertThat(NormalPath.flaw(path)).isEqualTo(NormalPath.Flaw.NONE);
        assertThat(NormalPath.of(normal.replace("%", "%25"))).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/admin", "/a/b.c/...", "/.well-known/x", "/..x/x..", "/a.", ""})
    void whatIsNormalStaysTheSameObject(String path) {
        assertThat(NormalPath.of(path)).isSameAs(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/x%, ENCODING",
        "/x%4, ENCODING",
        "/%zz, ENCODING",
        "/%u0061, ENCODING",
        "/x%00, ENCODING",
        "/x/..;/admin, DISGUISE",
        "/x/.;a, DISGUISE",
        "/x/%2e%2e;/a, DISGUISE",
        "/x/..%3b, DISGUISE",
        "/x/..%2fa, DISGUISE",
        "/x%2f.., DISGUISE",
        "/x%5c%2e%2e%5ca, DISGUISE",
        "/x\\..\\a, DISGUISE",
        "/a;b%2fc, DISGUISE",
        "/a;b\\c, DISGUISE"
    })
    void whereServersDifferThereIsNoForm(String path, NormalPath.Flaw flaw) {
        assertThat(NormalPath.flaw(path)).isEqualTo(flaw);
    }

    /** The obvious way: decode, split, walk. */
    private static String reference(String path) {
        Deque<String> names = new ArrayDeque<>();
        String[] segments = NormalPath.decoded(path).replace('\\', '/').split("/", -1);
        for (String segment : segments) {
            String name = segment.split(";", 2)[0];
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        String last = segments[segments.length - 1].split(";", 2)[0];
        boolean open = Arrays.asList("", ".", "..").contains(last);
        String joined = "/" + String.join("/", names);
        return open && !joined.equals("/") ? joined + "/" : joined;
    }

    @Test
    void agreesWithTheObviousWay() {
        long seed = 20_261_126;
        Random random = new Random(seed);
        String[] pieces = {
            "/", "/", ".", "..", "a", "b", ";", "%2f", "%2e", "%61", "%3b", "\\", "%5C", "%", "%00"
        };
        int compared = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder path = new StringBuilder("/");
            for (int count = random.nextInt(8); count > 0; count--) {
                path.append(pieces[random.nextInt(pieces.length)]);
            }
            String text = path.toString();
            if (NormalPath.flaw(text) == NormalPath.Flaw.NONE) {
                assertThat(NormalPath.of(text))
                        .as("seed %d: %s", seed, text)
                        .isEqualTo(reference(text));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(20_000);
    }
}
