package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionStore;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.GetExParams;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An unmodified client of the field over RESP3 against the real store. */
@SuppressWarnings("deprecation") // its successor cannot SELECT on one connection
class JedisTest {

    private static SessionStore store;
    private static TestFrontend frontend;

    private Jedis redis;

    @BeforeAll
    static void start() throws Exception {
        store = OneMember.start();
        frontend = new TestFrontend(store);
    }

    @AfterAll
    static void stop() {
        frontend.close();
        store.close();
    }

    @BeforeEach
    void connect() {
        redis = connect(RedisProtocol.RESP3);
    }

    private static Jedis connect(RedisProtocol protocol) {
        return new Jedis(
                new HostAndPort("127.0.0.1", frontend.port()),
                DefaultJedisClientConfig.builder().protocol(protocol).build());
    }

    @AfterEach
    void disconnect() {
        redis.close();
    }

    @Test
    void aSessionIsWrittenReadTouchedAndDestroyed() {
        assertThat(redis.setex("sess:a", 60, "{\"user\":1}")).isEqualTo("OK");
        assertThat(redis.get("sess:a")).isEqualTo("{\"user\":1}");
        assertThat(redis.ttl("sess:a")).isBetween(55L, 60L);
        assertThat(redis.expire("sess:a", 600)).isEqualTo(1);
        assertThat(redis.pttl("sess:a")).isBetween(550_000L, 600_000L);
        assertThat(redis.del("sess:a")).isEqualTo(1);
        assertThat(redis.get("sess:a")).isNull();
        assertThat(redis.ttl("sess:a")).isEqualTo(-2);
    }

    @Test
    void setTakesItsOptions() {
        assertThat(redis.set("o", "1", SetParams.setParams().nx().ex(60))).isEqualTo("OK");
        assertThat(redis.set("o", "2", SetParams.setParams().nx())).isNull();
        assertThat(redis.set("o", "3", SetParams.setParams().xx().keepTtl())).isEqualTo("OK");
        assertThat(redis.ttl("o")).isBetween(55L, 60L);
        assertThat(redis.setGet("o", "4", SetParams.setParams().px(5_000))).isEqualTo("3");
        assertThat(redis.pttl("o")).isBetween(4_000L, 5_000L);
        long inAMinute = System.currentTimeMillis() / 1000 + 60;
        redis.set("o", "5", SetParams.setParams().exAt(inAMinute));
        assertThat(redis.ttl("o")).isBetween(55L, 61L);
        assertThat(redis.persist("o")).isEqualTo(1);
        assertThat(redis.persist("o")).isEqualTo(0);
        assertThat(redis.ttl("o")).isEqualTo(-1);
        assertThat(redis.getEx("o", GetExParams.getExParams().ex(30))).isEqualTo("5");
        assertThat(redis.ttl("o")).isBetween(25L, 30L);
        assertThat(redis.getDel("o")).isEqualTo("5");
        assertThat(redis.exists("o")).isFalse();
    }

    @Test
    void aTimeThatHasPassedRemoves() {
        redis.set("past", "1");
        assertThat(redis.expireAt("past", 1)).isEqualTo(1);
        assertThat(redis.exists("past")).isFalse();
        redis.set("past", "1");
        assertThat(redis.expire("past", -5)).isEqualTo(1);
        assertThat(redis.exists("past")).isFalse();
    }

    @Test
    void severalKeysAtOnce() {
        redis.set("m1", "1");
        redis.set("m2", "2");
        assertThat(redis.mget("m1", "none", "m2")).containsExactly("1", null, "2");
        assertThat(redis.exists("m1", "m2", "none")).isEqualTo(2);
        assertThat(redis.touch("m1", "none")).isEqualTo(1);
        assertThat(redis.type("m1")).isEqualTo("string");
        assertThat(redis.type("none")).isEqualTo("none");
        assertThat(redis.unlink("m1", "m2", "none")).isEqualTo(2);
    }

    @Test
    void aScanFindsAllAndOnlyTheDatabasesOwn() {
        Set<String> written = new HashSet<>();
        redis.select(3);
        for (int at = 0; at < 300; at++) {
            redis.set("scan:" + at, "x");
            written.add("scan:" + at);
        }
        List<String> seen = new ArrayList<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> page =
                    redis.scan(cursor, new ScanParams().match("scan:*").count(100));
            seen.addAll(page.getResult());
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        assertThat(seen).containsExactlyInAnyOrderElementsOf(written);
        assertThat(redis.dbSize()).isEqualTo(300);
        redis.select(4);
        assertThat(redis.dbSize()).isZero();
        assertThat(redis.get("scan:1")).isNull();
    }

    @Test
    void pipelinedRepliesKeepTheirOrder() {
        Pipeline pipeline = redis.pipelined();
        List<Response<String>> replies = new ArrayList<>();
        for (int at = 0; at < 2_000; at++) {
            pipeline.set("p" + at % 10, "v" + at);
            replies.add(pipeline.get("p" + at % 10));
        }
        pipeline.sync();
        for (int at = 0; at < replies.size(); at++) {
            assertThat(replies.get(at).get()).isEqualTo("v" + at);
        }
    }

    @Test
    void theLargestValueFitsAndALargerOneIsRefused() {
        byte[] key = "large".getBytes(UTF_8);
        byte[] value = new byte[SessionStore.VALUE_BYTES_MAX];
        redis.set(key, value);
        assertThat(redis.get(key)).isEqualTo(value);
        assertThatThrownBy(() -> redis.set(key, new byte[SessionStore.VALUE_BYTES_MAX + 1]))
                .hasMessageContaining("invalid bulk length");
    }

    @Test
    void theSecondVersionOfTheProtocolIsSpokenToo() {
        try (Jedis old = connect(RedisProtocol.RESP2)) {
            old.set("two", "2");
            assertThat(old.get("two")).isEqualTo("2");
            assertThat(old.get("none")).isNull();
            assertThat(old.mget("two", "none")).containsExactly("2", null);
        }
    }

    @Test
    void whatIsNotServedSaysSo() {
        assertThatThrownBy(() -> redis.lpush("list", "x"))
                .isInstanceOf(JedisDataException.class)
                .hasMessageContaining("unknown command 'LPUSH'");
        assertThat(redis.ping()).isEqualTo("PONG");
    }
}
