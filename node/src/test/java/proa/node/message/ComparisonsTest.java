package proa.node.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is compared with the bytes of a head says what its texts say. */
class ComparisonsTest {

    private static final HeadLimits LIMITS = new HeadLimits(8 << 10, 16 << 10, 100);

    private static RequestHead head(String target, String fields) {
        byte[] bytes =
                ("GET " + target + " HTTP/1.1\r\n" + fields + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, 0, bytes.length, LIMITS)).isEqualTo(Parsed.Progress.WHOLE);
        return head;
    }

    /** A name with the dot of the root is the same name (RFC 3986 §3.2.2), also to servers. */
    @Test
    void aDotAtTheEndOfAHostIsNoPartOfIt() {
        for (String host : List.of("Shop.example.", "shop.example.:80", "shop.example")) {
            RequestHead head = head("/", "Host: " + host + "\r\n");

            assertThat(head.hostIs("shop.example")).as(host).isTrue();
            assertThat(head.hostEnds(".example")).as(host).isTrue();
            assertThat(head.host()).as(host).isEqualTo("shop.example");
        }
        assertThat(head("http://shop.example./", "Host: shop.example.\r\n").host())
                .isEqualTo("shop.example");
    }

    @Test
    void paths() {
        List<String> targets =
                List.of(
                        "/",
                        "/a",
                        "/a/",
                        "/a/b.c?x=/y",
                        "//a",
                        "/a//b",
                        "/a/../b",
                        "/./a",
                        "/.a",
                        "/a/.b",
                        "/a/...",
                        "/a;p/b",
                        "/%61",
                        "/%2Fa",
                        "/a\\b",
                        "/a?",
                        "/?a",
                        "http://h",
                        "http://h/a/b",
                        "http://h?x",
                        "/A",
                        "/a.b/c");
        List<String> texts =
                List.of(
                        "",
                        "/",
                        "/a",
                        "/a/",
                        "a",
                        "/b",
                        "/a/b",
                        "b.c",
                        "/a/b.c",
                        "/.a",
                        "/a/.b",
                        "/a/...",
                        "//a",
                        "/A",
                        "c",
                        "/a/b/c/d/e/f",
                        "\u0161/a",
                        "/\u0161");
        for (String target : targets) {
            RequestHead head = head(target, "Host: h\r\n");
            for (String text : texts) {
                String of = target + " and " + text;
                assertThat(head.pathIs(text)).as(of).isEqualTo(head.normalPath().equals(text));
                assertThat(head.pathBegins(text))
                        .as(of)
                        .isEqualTo(head.normalPath().startsWith(text));
                assertThat(head.pathEnds(text)).as(of).isEqualTo(head.normalPath().endsWith(text));
            }
        }
    }

    @Test
    void hosts() {
        for (String host : List.of("a", "Shop.Example", "shop.example:80", "[2001:DB8::1]:443")) {
            RequestHead head = head("/", "Host: " + host + "\r\n");
            for (String text :
                    List.of(
                            "",
                            "a",
                            "shop.example",
                            ".example",
                            "le",
                            "example:80",
                            "[2001:db8::1]",
                            "1]",
                            "\u0161",
                            "\u0173hop.example",
                            "much.longer.than.shop.example")) {
                String of = host + " and " + text;
                assertThat(head.hostIs(text)).as(of).isEqualTo(head.host().equals(text));
                assertThat(head.hostEnds(text)).as(of).isEqualTo(head.host().endsWith(text));
            }
        }
    }

    @Test
    void fieldsAndCookies() {
        RequestHead head =
                head(
                        "/",
                        String.join(
                                "\r\n",
                                "Host: h",
                                "X-A:",
                                "X-B: \u00fc",
                                "Cookie: a=1; b=2 ;c=",
                                "Cookie: d=4; a=5",
                                ""));
        for (String name : List.of("X-A", "x-b", "X-C", "a", "b", "c", "d", "e", "")) {
            assertThat(head.hasHeader(name)).as(name).isEqualTo(head.header(name) != null);
            assertThat(head.hasCookie(name)).as(name).isEqualTo(head.cookie(name) != null);
            for (String value : List.of("", "1", "2", "4", "5", "10")) {
                assertThat(head.cookieIs(name, value))
                        .as(name + "=" + value)
                        .isEqualTo(value.equals(head.cookie(name)));
            }
        }
        assertThat(head.headerIs("X-B", "\u00fc")).isTrue();
        assertThat(head.headerIs("X-B", "\u01fc")).isFalse();
    }
}
