package proa.config.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class ServerNamesTest {

    private static ServerNames.Entry<String> entry(String value, String... names) {
        return new ServerNames.Entry<>(value, List.of(names));
    }

    @Test
    void exactBeforeWildcardBeforeTheFirst() {
        ServerNames<String> names =
                new ServerNames<>(
                        List.of(
                                entry("first", "first.example"),
                                entry("wild", "*.shop.example", "shop.example"),
                                entry("api", "api.shop.example"),
                                entry("late", "api.shop.example")));

        assertThat(names.find("api.shop.example")).isEqualTo("api");
        assertThat(names.find("www.shop.example")).isEqualTo("wild");
        assertThat(names.find("shop.example")).isEqualTo("wild");
        assertThat(names.find("a.b.shop.example")).isEqualTo("first");
        assertThat(names.find("other.example")).isEqualTo("first");
        assertThat(names.find("localhost")).isEqualTo("first");
        assertThat(names.find("")).isEqualTo("first");
    }

    @Test
    void tenThousandNamesAreFoundEach() {
        Random random = new Random(7);
        List<ServerNames.Entry<Integer>> entries = new ArrayList<>();
        for (int at = 0; at < 5_000; at++) {
            entries.add(
                    new ServerNames.Entry<>(
                            at, List.of("s" + at + ".example", "*.w" + at + ".example")));
        }
        ServerNames<Integer> names = new ServerNames<>(entries);

        for (int lookup = 0; lookup < 10_000; lookup++) {
            int wanted = random.nextInt(5_000);
            String name =
                    random.nextBoolean()
                            ? "s" + wanted + ".example"
                            : "h" + lookup + ".w" + wanted + ".example";
            assertThat(names.find(name)).isEqualTo(wanted);
            assertThat(names.find("x" + name)).isEqualTo(name.startsWith("h") ? wanted : 0);
        }
    }
}
