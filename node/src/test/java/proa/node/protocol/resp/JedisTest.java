package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

import proa.cluster.sessions.SessionStore;
import proa.node.Await;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.ClientAttributeOption;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.GetExParams;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.CommandInfo;
import redis.clients.jedis.resps.ScanResult;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An unmodified client of the field over RESP3 against the real store. */
@SuppressWarnings("deprecation") // its successor cannot SELECT on one connection
class JedisTest {

    /** A password costs some tenths of a second, and a busy machine shares its processors. */
    private static final int TIMEOUT_MILLIS = 30_000;

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
                DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .timeoutMillis(TIMEOUT_MILLIS)
                        .build());
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
        assertThat(redis.pexpire("sess:a", 300_000L)).isEqualTo(1);
        assertThat(redis.pttl("sess:a")).isBetween(250_000L, 300_000L);
        assertThat(redis.pexpire("sess:none", 300_000L)).isZero();
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
        assertThat(redis.setGet("o", "4", SetParams.setParams().px(60_000))).isEqualTo("3");
        assertThat(redis.pttl("o")).isBetween(50_000L, 60_000L);
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
    void aSessionIsKeptFieldByField() {
        assertThat(redis.hset("h", Map.of("user", "7", "age", "3"))).isEqualTo(2);
        assertThat(redis.hset("h", "user", "8")).isZero();
        assertThat(redis.hmset("h", Map.of("cart", "9"))).isEqualTo("OK");
        assertThat(redis.hgetAll("h")).isEqualTo(Map.of("user", "8", "age", "3", "cart", "9"));
        assertThat(redis.hget("h", "user")).isEqualTo("8");
        assertThat(redis.hget("h", "none")).isNull();
        assertThat(redis.hmget("h", "age", "none")).containsExactly("3", null);
        assertThat(redis.hexists("h", "age")).isTrue();
        assertThat(redis.hlen("h")).isEqualTo(3);
        assertThat(redis.hstrlen("h", "cart")).isEqualTo(1);
        assertThat(redis.hkeys("h")).containsExactlyInAnyOrder("user", "age", "cart");
        assertThat(redis.hvals("h")).containsExactlyInAnyOrder("8", "3", "9");
        assertThat(redis.hincrBy("h", "age", 2)).isEqualTo(5);
        assertThat(redis.hsetnx("h", "age", "0")).isZero();
        assertThat(redis.type("h")).isEqualTo("hash");
        assertThat(redis.expire("h", 60)).isEqualTo(1);
        assertThat(redis.hdel("h", "age", "none")).isEqualTo(1);
        assertThat(redis.ttl("h")).isBetween(55L, 60L);
        assertThat(redis.hdel("h", "user", "cart")).isEqualTo(2);
        assertThat(redis.exists("h")).isFalse();
        assertThat(redis.hgetAll("h")).isEmpty();
    }

    @Test
    void aSessionGetsAnotherIdentifier() {
        redis.hset("spring:session:sessions:old", Map.of("user", "7"));
        redis.expire("spring:session:sessions:old", 60);
        redis.set("spring:session:sessions:new", "of somebody else");
        assertThat(redis.rename("spring:session:sessions:old", "spring:session:sessions:new"))
                .isEqualTo("OK");
        assertThat(redis.hgetAll("spring:session:sessions:new")).isEqualTo(Map.of("user", "7"));
        assertThat(redis.ttl("spring:session:sessions:new")).isBetween(55L, 60L);
        assertThat(redis.exists("spring:session:sessions:old")).isFalse();
        assertThatThrownBy(
                        () ->
                                redis.rename(
                                        "spring:session:sessions:old",
                                        "spring:session:sessions:new"))
                .hasMessage("ERR no such key");
        assertThat(redis.exists("spring:session:sessions:new")).isTrue();
    }

    @Test
    void theKindOfAValueIsMinded() {
        redis.hset("kind", "a", "1");
        redis.set("kind:text", "1");
        for (Runnable wrong :
                List.<Runnable>of(
                        () -> redis.get("kind"),
                        () -> redis.getDel("kind"),
                        () -> redis.incr("kind"),
                        () -> redis.setGet("kind", "x"),
                        () -> redis.hget("kind:text", "a"),
                        () -> redis.hset("kind:text", "a", "1"))) {
            assertThatThrownBy(wrong::run).hasMessageStartingWith("WRONGTYPE ");
        }
        assertThat(redis.hget("kind", "a")).isEqualTo("1");
        assertThat(redis.mget("kind", "kind:text")).containsExactly(null, "1");
        assertThat(
                        redis.scan("0", new ScanParams().match("kind*").count(10_000), "hash")
                                .getResult())
                .containsExactly("kind");
        assertThat(redis.set("kind", "text")).isEqualTo("OK");
        assertThat(redis.get("kind")).isEqualTo("text");
    }

    @Test
    void countersCount() {
        assertThat(redis.incr("n")).isEqualTo(1);
        assertThat(redis.incrBy("n", 9)).isEqualTo(10);
        assertThat(redis.decr("n")).isEqualTo(9);
        assertThat(redis.decrBy("n", 10)).isEqualTo(-1);
        assertThat(redis.get("n")).isEqualTo("-1");
        assertThat(redis.append("n", "5")).isEqualTo(3);
        assertThat(redis.strlen("n")).isEqualTo(3);
        redis.set("n", "x");
        assertThatThrownBy(() -> redis.incr("n")).hasMessageContaining("not an integer");
        redis.hset("n:h", "a", "x");
        assertThatThrownBy(() -> redis.hincrBy("n:h", "a", 1))
                .hasMessage("ERR hash value is not an integer");
    }

    @Test
    void theEndOfAKeyCanBeAskedFor() {
        redis.set("end", "1");
        assertThat(redis.expireTime("end")).isEqualTo(-1);
        assertThat(redis.expireTime("end:none")).isEqualTo(-2);
        long at = System.currentTimeMillis() + 60_000;
        redis.pexpireAt("end", at);
        assertThat(redis.pexpireTime("end")).isBetween(at - 2_000, at + 30_000);
    }

    @Test
    void aLockIsLetGoByTheScriptThatPhpRedisSends() {
        String script =
                "if redis.call(\"get\",KEYS[1]) == ARGV[1] then return redis.call(\"del\",KEYS[1])"
                        + " else return 0 end";
        redis.set("lock", "token");
        assertThat(redis.eval(script, 1, "lock", "another")).isEqualTo(0L);
        assertThat(redis.get("lock")).isEqualTo("token");
        assertThat(redis.evalsha(redis.scriptLoad(script), 1, "lock", "token")).isEqualTo(1L);
        assertThat(redis.exists("lock")).isFalse();
    }

    @Test
    void aWindowIsCountedByTheScriptThatRateLimitRedisSends() {
        String script =
                """
                local windowMs = tonumber(ARGV[1])
                local timeToExpire = redis.call("PTTL", KEYS[1])
                if timeToExpire <= 0 then
                redis.call("SET", KEYS[1], 1, "PX", windowMs)
                return { 1, windowMs }
                end
                local totalHits = redis.call("INCR", KEYS[1])        \s
                return { totalHits, timeToExpire }\
                """
                        .replace("         \n", "        \n");
        String sha1 = redis.scriptLoad(script);
        assertThat(redis.scriptExists(sha1)).isTrue();
        for (long count = 1; count <= 3; count++) {
            List<?> reply = (List<?>) redis.evalsha(sha1, 1, "rl:1", "60000");
            assertThat(reply.getFirst()).isEqualTo(count);
            assertThat((long) reply.getLast()).isBetween(50_000L, 60_000L);
        }
        assertThat(redis.decr("rl:1")).isEqualTo(2);
    }

    @Test
    void anotherScriptIsNotRunAndSaysWhichAre() {
        assertThatThrownBy(() -> redis.eval("return 1"))
                .hasMessageStartingWith("ERR this script is not run here")
                .hasMessageContaining("rate-limit-redis");
        assertThatThrownBy(() -> redis.evalsha("0".repeat(40))).hasMessageStartingWith("NOSCRIPT ");
        assertThatThrownBy(() -> redis.sendCommand(Protocol.Command.MULTI))
                .hasMessageContaining("no transactions");
    }

    @Test
    void toolsLearnWhatTheyAskFor() {
        assertThat(redis.info()).contains("loading:0", "role:master", "redis_version:7");
        assertThat(redis.info("stats")).contains("proa_session_conflicts:");
        assertThat(redis.info("replication")).contains("role:master").doesNotContain("loading");
        assertThat(redis.configGet("data*")).isEqualTo(Map.of("databases", "16"));
        assertThat(redis.aclWhoAmI()).isEqualTo("default");
        redis.select(5);
        redis.set("k:1", "x");
        redis.set("l:1", "x");
        assertThat(redis.keys("k:*")).containsExactly("k:1");
        assertThatThrownBy(redis::flushDB).hasMessageStartingWith("NOPERM ");
    }

    @Test
    void aConnectionIsDescribedAsRedisDoesIt() {
        redis.clientSetname("shop-7");
        redis.clientSetInfo(ClientAttributeOption.LIB_NAME, "tool");
        redis.select(2);
        String own = redis.clientInfo();
        assertThat(own)
                .matches(
                        "id=\\d+ addr=127\\.0\\.0\\.1:\\d+ laddr=127\\.0\\.0\\.1:"
                                + frontend.port()
                                + " name=shop-7 age=\\d+ idle=\\d+ flags=N db=2 sub=0 psub=0 ssub=0"
                                + " multi=-1 watch=0 cmd=client user=default resp=3"
                                + " lib-name=tool lib-ver=\\S+\\n");
        try (Jedis other = connect(RedisProtocol.RESP2)) {
            other.set("other", "x");
            assertThat(ageless(redis.clientList())).as("not the other's").isEqualTo(ageless(own));
            assertThat(ageless(redis.clientList(redis.clientId()))).isEqualTo(ageless(own));
            assertThat(redis.clientList(redis.clientId() + 1_000)).isEmpty();
            assertThat(redis.clientList(ClientType.PUBSUB)).isEmpty();
            assertThat(other.clientList()).contains(" db=0 ", " resp=2 ", "cmd=client");
        }
    }

    /** A second may begin between two questions. */
    private static String ageless(String described) {
        return described.replaceAll(" age=\\d+ idle=\\d+ ", " ");
    }

    @Test
    void anAdministratorSeesEveryConnectionAsLongAsItIsThere() throws Exception {
        String hash = PasswordHash.of("correct-horse-9".getBytes(UTF_8)).toString();
        Users users = Users.read("users", List.of("root:" + hash + ":admin", "shop:" + hash));
        try (TestFrontend guarded =
                        new TestFrontend(
                                () -> store, users, Duration.ofSeconds(10), Duration.ofHours(1));
                Jedis root = connect(guarded, "root")) {
            try (Jedis shop = connect(guarded, "shop")) {
                shop.set("seen", "x");
                assertThat(root.clientList().lines())
                        .hasSize(2)
                        .anyMatch(line -> line.contains(" cmd=set user=shop "))
                        .anyMatch(line -> line.contains(" cmd=client user=root "));
                assertThat(shop.clientList().lines()).hasSize(1);
                assertThat(root.clientList(shop.clientId())).contains("user=shop");
            }
            Await.until("the other is gone", () -> root.clientList().lines().count() == 1);
        }
    }

    private static Jedis connect(TestFrontend to, String user) {
        return new Jedis(
                new HostAndPort("127.0.0.1", to.port()),
                DefaultJedisClientConfig.builder()
                        .user(user)
                        .password("correct-horse-9")
                        .timeoutMillis(TIMEOUT_MILLIS)
                        .build());
    }

    @Test
    void commandsAreDescribedAsTheyAreServed() {
        long count = redis.commandCount();
        assertThat(redis.commandList()).hasSize((int) count).contains("get", "rename");
        Map<String, CommandInfo> all = redis.command();
        assertThat(all).hasSize((int) count);
        assertThat(all.get("get").getArity()).isEqualTo(2);
        assertThat(all.get("get").getFlags()).containsExactly("readonly");
        assertThat(all.get("set").getArity()).isEqualTo(-3);
        assertThat(all.get("set").getFlags()).containsExactly("write");
        Map<String, CommandInfo> some = redis.commandInfo("rename", "DEL", "hello", "lpush");
        assertThat(some.keySet()).containsExactlyInAnyOrder("rename", "del", "hello");
        assertThat(keys(some.get("rename"))).containsExactly(1L, 2L, 1L);
        assertThat(keys(some.get("del"))).containsExactly(1L, -1L, 1L);
        assertThat(keys(some.get("hello"))).containsExactly(0L, 0L, 0L);
        assertThat(some.get("hello").getFlags()).containsExactly("no_auth");
        assertThat(redis.commandDocs("hget", "lpush").keySet()).containsExactly("hget");
        assertThat(redis.commandDocs("hget").get("hget").getGroup()).isEqualTo("hash");
    }

    private static List<Long> keys(CommandInfo of) {
        return List.of(of.getFirstKey(), of.getLastKey(), of.getStep());
    }

    @Test
    void redisCliIsServed() throws Exception {
        assertThat(cli("HSET", "cli", "a", "1", "b", "2")).isEqualTo("2");
        assertThat(cli("-3", "HGETALL", "cli")).contains("a").contains("2");
        assertThat(cli("INFO", "server")).contains("redis_mode:standalone");
        assertThat(cli("--scan", "--pattern", "cli*")).isEqualTo("cli");
        assertThat(cli("CLIENT", "LIST")).contains("cmd=client").contains("resp=2");
        assertThat(cli("COMMAND", "DOCS", "get")).contains("group").contains("string");
        assertThat(cli("NOSUCH")).isEqualTo("ERR unknown command 'NOSUCH'");
    }

    private static String cli(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("redis-cli"));
        command.addAll(List.of("-p", Integer.toString(frontend.port())));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        } catch (IOException notInstalled) {
            assertThat(System.getenv("PROA_REQUIRE_PEERS")).isNotEqualTo("true");
            throw new TestAbortedException("redis-cli is not installed", notInstalled);
        }
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
