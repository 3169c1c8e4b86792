package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.tables.TableKey;
import proa.config.link.LinkMessage;
import proa.node.Await;
import proa.node.admin.Json;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.console.Samples;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The dashboard in a browser: one page, from the login to the logout. */
@RequiresChromium
class DashboardTest {

    /** Where pictures go, for those who want to look at them; nowhere unless it is set. */
    private static final String PICTURES = System.getenv("PROA_PICTURES");

    private static final int PHONE = 390;

    /** What a Tab stops at, in the order of the page. */
    private static final String REACHABLE =
            "...[...document.querySelectorAll('a[href], button, input, select, summary')]"
                    + ".filter(each => each.checkVisibility() && !each.closest('dialog'))";

    private static final String OUTLINED =
            "getComputedStyle(document.activeElement).outlineStyle === 'solid' &&"
                    + " parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2";

    private static final String IN_DIALOG =
            "document.querySelector('#dialog').contains(document.activeElement)";

    /** How high the first line of the first plot is in each tenth of it, in percent. */
    private static final String LINE =
            """
            (() => {
              const canvas = document.querySelector('#plots canvas');
              const over = document.querySelector('#plots .u-over').getBoundingClientRect();
              const at = canvas.getBoundingClientRect();
              const area = canvas.getContext('2d').getImageData(
                over.left - at.left, over.top - at.top, over.width, over.height);
              const heights = [];
              for (let tenth = 0; tenth < 10; tenth++) {
                const x = Math.round((tenth + 0.5) * area.width / 10);
                let y = 0;
                const blue = () => {
                  const [r, g, b, a] = area.data.slice(4 * (y * area.width + x));
                  return a > 100 && r < 60 && g > 80 && g < 160 && b > 140;
                };
                while (y < area.height && !blue()) {
                  y++;
                }
                heights.push(Math.round(100 * (1 - y / area.height)));
              }
              return heights;
            })()
            """;

    private static final String POINTED_AT_THE_BEGINNING =
            """
            (() => {
              const over = document.querySelector('#plots .u-over');
              const at = over.getBoundingClientRect();
              for (const type of ['mouseenter', 'mousemove']) {
                over.dispatchEvent(new MouseEvent(type,
                  {clientX: at.left + 1, clientY: at.top + 20, bubbles: true}));
              }
            })()
            """;

    /** Elements that reach beyond the window, but for the links that scroll. */
    private static final String TOO_WIDE =
            "[...document.querySelectorAll('#console *')].filter(each => each.checkVisibility()"
                    + " && !each.closest('nav, .u-wrap, caption, .skip')"
                    + " && each.getBoundingClientRect().right > innerWidth + 0.5)"
                    + ".map(each => each.outerHTML.slice(0, 80))";

    @TempDir private static Path directory;
    private static ConsoleSite site;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        site = new ConsoleSite(directory);
        browser = new Chromium(Files.createDirectory(directory.resolve("profile")));
    }

    @AfterAll
    static void close() throws Exception {
        browser.close();
        site.close();
    }

    /** As the file says. */
    @AfterEach
    void restore() throws Exception {
        for (String server : List.of("s0", "s1")) {
            assertThat(
                            site.as(
                                    "olga",
                                    "POST",
                                    "/api/v1/backends/shop/servers/"
                                            + server
                                            + "?order=ready&weight=file"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    private static void picture(String name) throws Exception {
        if (PICTURES != null) {
            browser.picture(Path.of(PICTURES, name + ".png"));
        }
    }

    /** The page, with a login of this user and no other. */
    private static void enter(String user) throws Exception {
        enter(user, "");
    }

    private static void enter(String user, String script) throws Exception {
        browser.forget();
        browser.open("http://127.0.0.1:" + site.address().getPort() + "/", script);
        logIn(user, ConsoleSite.PASSWORD);
        browser.until("document.querySelectorAll('[data-key=shop] tbody tr').length === 2");
    }

    private static void logIn(String user, String password) throws Exception {
        browser.until(
                "document.querySelector('#login') && !document.querySelector('#login').hidden");
        browser.type("[name=name]", user);
        browser.type("[name=password]", password);
        browser.click("#login button");
    }

    private static void fits(int width) throws Exception {
        assertThat(Integer.parseInt(browser.value("document.documentElement.scrollWidth")))
                .isLessThanOrEqualTo(width);
    }

    @Test
    void anOperatorSeesWhatIsAndChangesIt() throws Exception {
        browser.forget();
        browser.complaints.clear();
        browser.look(1280, 900, false);
        browser.open("http://127.0.0.1:" + site.address().getPort() + "/");
        logIn("olga", "not the password");
        browser.until("document.querySelector('#login-error').textContent");
        assertThat(browser.text("#login-error")).isEqualTo("the name or the password is wrong");
        picture("login");

        logIn("olga", ConsoleSite.PASSWORD);
        browser.until("document.querySelectorAll('[data-key=shop] tbody tr').length === 2");
        assertThat(browser.text("#where")).isEqualTo("test / lb1");
        assertThat(browser.text("#user")).isEqualTo("olga, operate");
        assertThat(browser.text("#backends")).contains("s0", "s1", "up");
        assertThat(browser.value("document.querySelectorAll('#plots canvas').length"))
                .isEqualTo("4");
        assertThat(browser.value("document.querySelectorAll('#nodes [data-action]').length"))
                .as("what olga may not do is not offered")
                .isEqualTo("0");

        assertThat(browser.text("#groups")).contains("main 192.0.2.77", "active here", "term 3");
        everySectionHasItsRows();

        itIsLive();
        aServerIsDrained();
        aRequestIsExplained();
        aKeyIsFoundAndCleared();
        aSessionIsLookedUp();
        itFitsAPhone();
        assertThat(browser.complaints)
                .as("nothing but that nobody was logged in at first")
                .allMatch(each -> each.contains("401"));

        browser.click("#logout");
        browser.until(
                "document.querySelector('#login') && !document.querySelector('#login').hidden");
        assertThat(browser.value("document.cookie")).as("scripts never see it").isEmpty();
        aGroupIsMoved();
    }

    private static void everySectionHasItsRows() throws Exception {
        assertThat(browser.text("#groups [data-key=web]"))
                .as("why and when it moved last")
                .contains("nobody else is ready")
                .containsPattern("\\d\\d:\\d\\d.*, term 3");
        assertThat(browser.text("#nodes [data-key=lb1]"))
                .contains("127.0.0.1", "present", "this node, up", "generation 1");
        assertThat(browser.text("#nodes [data-key=lb2]")).contains("127.0.0.2", "not in sight");
        assertThat(browser.text("#frontends [data-key=http]"))
                .contains("127.0.0.1:" + site.file.httpPort + " http", "bound");
        assertThat(browser.text("#frontends [data-key=echo]")).contains(" tcp", "bound");
        for (String rate : List.of("Requests/s", "5xx/s")) {
            String cell = "[data-key=shop] [data-key=s0] td[data-label=\"" + rate + "\"]";
            assertThat(browser.text(cell)).as(rate).matches("[0-9.,]+|–");
        }
        assertThat(browser.text("#state"))
                .contains("Session store", "takes writes", "synchronised", "vipd", "connected");
        assertThat(browser.text("#events"))
                .contains("started with configuration", "ACTIVE, owner lb1, term 3: nobody else");
    }

    /** What only admins are offered at a node, each by its dialog. */
    private static void aNodeIsDrainedGivenBackAndReloaded() throws Exception {
        site.vipd.orders.clear();
        assertThat(confirmed("drain", "Drain node lb1")).isEqualTo("passed on");
        assertThat(confirmed("ready", "Node lb1 is ready")).isEqualTo("passed on");
        assertThat(site.vipd.orders)
                .containsExactly(
                        new LinkMessage.Maintenance("lb1", true, "anna"),
                        new LinkMessage.Maintenance("lb1", false, "anna"));
        site.vipd.say(new LinkMessage.Standing(true, "anna until noon"));
        browser.until(
                "document.querySelector('#nodes [data-key=lb1]').innerText"
                        + ".includes('out of service: anna until noon')");
        site.vipd.say(new LinkMessage.Standing(false, ""));
        browser.until(
                "!document.querySelector('#nodes [data-key=lb1]').innerText"
                        + ".includes('out of service')");
        assertThat(confirmed("reload", "Reload the configuration"))
                .matches("Generation \\d+: nothing differs\\.");
    }

    private static String confirmed(String action, String title) throws Exception {
        browser.click("#nodes [data-key=lb1] [data-action=" + action + "]");
        assertThat(browser.text("#dialog-title")).isEqualTo(title);
        browser.click("#dialog button.main");
        browser.until("!document.querySelector('#dialog button.main')");
        String said = browser.text("#dialog [role=alert]");
        browser.value("document.querySelector('#dialog').close()");
        return said;
    }

    private static void aGroupIsMoved() throws Exception {
        logIn("anna", ConsoleSite.PASSWORD);
        browser.until("document.querySelector('[data-key=web] [data-action=move]')");
        browser.click("[data-key=web] [data-action=move]");
        browser.value("document.querySelector('#dialog [name=node]').value = 'lb2'");
        browser.click("#dialog button.main");
        browser.until("document.querySelector('#dialog [role=alert]').textContent");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("lb2 is not ready for web");
        picture("refused");
        browser.value("document.querySelector('#dialog [name=node]').value = 'lb1'");
        browser.click("#dialog button.main");
        browser.until("!document.querySelector('#dialog button.main')");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("passed on");
        browser.value("document.querySelector('#dialog').close()");
        aNodeIsDrainedGivenBackAndReloaded();
    }

    private static void itIsLive() throws Exception {
        for (int request = 0; request < 20; request++) {
            assertThat(HttpOnce.get(site.file.httpPort, "")).startsWith("HTTP/1.1 200");
        }
        String chosen = "document.querySelector('[data-key=s0] td[data-label=Chosen]').textContent";
        browser.until("Number(" + chosen + ") >= 10");
        Await.until("live", () -> browser.text("#live").contains("live"));
    }

    private static void aServerIsDrained() throws Exception {
        browser.value("document.querySelector('[data-key=s1] [data-action=server]').focus()");
        browser.press("Enter", 13);
        browser.until("document.querySelector('#dialog').open");
        assertThat(browser.text("#dialog-title")).isEqualTo("Server shop/s1");
        browser.value("document.querySelector('#dialog [name=order]').value = 'drain'");
        picture("dialog");
        browser.click("#dialog button.main");
        browser.until("!document.querySelector('#dialog button.main')");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("s1: drain, weight 1.");
        browser.click("#dialog .buttons button");
        browser.until("document.querySelector('[data-key=s1]').innerText.includes('draining')");
        assertThat(browser.text("[data-key=s1]")).contains("not as the file: drain by olga");
    }

    private static void aRequestIsExplained() throws Exception {
        browser.type("#ask [name=url]", "http://127.0.0.1:" + site.file.httpPort + "/a?b");
        browser.click("#ask button");
        browser.until("document.querySelector('#reason h3')");
        assertThat(browser.text("#reason"))
                .contains("Frontend http", "frontends.http.rules[0]", "as /a?b: round-robin")
                .contains("draining: only for clients that stick to it");
    }

    private static void aKeyIsFoundAndCleared() throws Exception {
        site.echo();
        browser.type("#search [name=key]", "127.0.0.1");
        browser.click("#search button");
        browser.until("document.querySelector('#found h3')");
        assertThat(browser.text("#found")).contains("Stuck to e, written by lb1");
        picture("wide");
        browser.look(1280, 900, true);
        picture("dark");
        browser.click("#found [data-action=clear]");
        browser.click("#dialog button.main");
        browser.until("!document.querySelector('#dialog button.main')");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("The key is cleared.");
        browser.click("#dialog .buttons button");
        browser.until("document.querySelector('#found').innerText.includes('has nothing for')");
    }

    private static void aSessionIsLookedUp() throws Exception {
        lookUp();
        assertThat(browser.text("#session"))
                .contains("Session sess:1", "1 bytes", "lb1, and lb2 as backup", "never");
        assertThat(browser.value(CONTENT_OFFERED)).as("to an operator").isEqualTo("false");
    }

    private static void lookUp() throws Exception {
        browser.until("!document.querySelector('#sessions').hidden");
        browser.type("#sessions [name=key]", "sess:1");
        browser.click("#sessions button");
        browser.until("document.querySelector('#session h3')");
    }

    private static final String CONTENT_OFFERED =
            "document.querySelector('#session [data-action=content]') !== null";

    @Test
    void theContentOfASessionIsForAdminsWhoAskForIt() throws Exception {
        enter("vera");
        lookUp();
        assertThat(browser.value(CONTENT_OFFERED)).as("to a viewer").isEqualTo("false");
        enter("anna");
        lookUp();
        browser.click("#session [data-action=content]");
        assertThat(browser.text("#dialog")).contains("says who has read it");
        browser.click("#dialog button.main");
        browser.until("!document.querySelector('#dialog button.main')");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("\"x\"");
        browser.click("#dialog .buttons button");
        assertThat(site.as("vera", "GET", "/api/v1/sessions/content?key=sess:1"))
                .contains("this needs the role admin");
    }

    private static void itFitsAPhone() throws Exception {
        browser.look(PHONE, 844, false);
        browser.until("innerWidth === " + PHONE);
        fits(PHONE);
        picture("phone");
        browser.click("[data-key=s1] [data-action=server]");
        fits(PHONE);
        assertThat(
                        Double.parseDouble(
                                browser.value(
                                        "document.querySelector('#dialog').getBoundingClientRect()"
                                                + ".right")))
                .isLessThanOrEqualTo(PHONE);
        picture("phone-dialog");
        browser.click("#dialog .buttons button");
        browser.look(1280, 900, false);
    }

    @Test
    void everythingIsReachedByTheKeyboardInOrderAndSeenToBe() throws Exception {
        browser.look(1280, 900, false);
        enter("anna");
        browser.value("document.activeElement.blur()");
        browser.press("Tab", 9);
        assertThat(browser.text(":focus")).isEqualTo("Skip to the content");
        assertThat(number("document.activeElement.getBoundingClientRect().left"))
                .as("the link is seen while it has the focus")
                .isGreaterThanOrEqualTo(0);
        browser.press("Enter", 13);
        browser.until("document.activeElement.id === 'summary'");

        browser.value("document.activeElement.blur(), document.querySelector('.skip').focus()");
        int reachable = (int) number("[" + REACHABLE + "].length");
        assertThat(reachable).isGreaterThan(25);
        List<String> reached = new ArrayList<>();
        for (int at = 0; at < reachable; at++) {
            reached.add(browser.value("[" + REACHABLE + "].indexOf(document.activeElement)"));
            assertThat(browser.value(OUTLINED)).as(reached.toString()).isEqualTo("true");
            browser.press("Tab", 9);
        }
        assertThat(reached)
                .isEqualTo(IntStream.range(0, reachable).mapToObj(String::valueOf).toList());
    }

    @Test
    void aWeightIsChangedByTheKeyboardAndOnlyWhenItIsConfirmed() throws Exception {
        browser.look(1280, 900, false);
        enter("olga");
        String button = "document.querySelector('[data-key=s0] [data-action=server]')";
        browser.value(button + ".focus()");
        browser.press("Enter", 13);
        browser.until("document.querySelector('#dialog').open");
        assertThat(browser.value("document.activeElement.name")).isEqualTo("order");
        for (int step = 0; step < 12; step++) {
            assertThat(browser.value("document.activeElement === document.body || " + IN_DIALOG))
                    .as("the page behind the dialog is out of reach")
                    .isEqualTo("true");
            browser.press("Tab", 9);
        }
        browser.type("#dialog [name=weight]", "7");
        browser.press("Escape", 27);
        browser.until("!document.querySelector('#dialog').open");
        assertThat(browser.value("document.activeElement === " + button))
                .as("the focus is where it was")
                .isEqualTo("true");

        browser.press("Enter", 13);
        browser.until("document.querySelector('#dialog').open");
        assertThat(browser.value("document.querySelector('#dialog [name=weight]').value"))
                .as("what was not confirmed has not happened")
                .isEqualTo("1");
        browser.press("Tab", 9);
        assertThat(browser.value("document.activeElement.name")).isEqualTo("weight");
        browser.type("many");
        browser.press("Enter", 13);
        assertThat(
                        browser.value(
                                "document.querySelector('#dialog"
                                        + " [name=weight]').matches(':invalid')"))
                .isEqualTo("true");
        browser.type("#dialog [name=weight]", "5");
        browser.press("Enter", 13);
        browser.until("!document.querySelector('#dialog button.main')");
        assertThat(browser.text("#dialog [role=alert]")).isEqualTo("s0: ready, weight 5.");
        assertThat(browser.text(":focus")).isEqualTo("Close");
        browser.press("Enter", 13);
        browser.until(
                "document.querySelector('[data-key=s0] [data-label=Weight]').innerText === '5'");
        assertThat(browser.text("[data-key=s0]")).contains("weight 5 instead of 1 by olga");
    }

    @Test
    void whatAnAgentSaysStaysTheAgents() throws Exception {
        Pool shop = site.node.generation().pools().pool("shop");
        PooledServer s1 = shop.servers().get(1);
        browser.look(1280, 900, false);
        enter("olga");
        String tiles = "document.querySelector('#tiles').innerText";
        browser.until(tiles + ".includes('3 of 3')");
        try {
            shop.agent(s1, Order.DRAIN, true, 100);
            browser.until("document.querySelector('[data-key=s1]').innerText.includes('draining')");
            browser.value("document.querySelector('[data-key=s1] [data-action=server]').focus()");
            browser.press("Enter", 13);
            browser.until("document.querySelector('#dialog').open");
            browser.type("#dialog [name=weight]", "5");
            browser.click("#dialog button.main");
            browser.until("!document.querySelector('#dialog button.main')");
            browser.click("#dialog .buttons button");
            assertThat(s1.ordered()).as("nobody asked for that").isEqualTo(Order.READY);
            shop.agent(s1, Order.READY, false, 100);
            browser.until(tiles + ".includes('2 of 3')");
        } finally {
            shop.agent(s1, Order.READY, true, 100);
        }
        browser.until(tiles + ".includes('3 of 3')");
        String maintenance = "/api/v1/backends/shop/servers/s1?order=maintenance";
        assertThat(site.as("olga", "POST", maintenance)).startsWith("HTTP/1.1 200 ");
        browser.until(tiles + ".includes('2 of 3')");
    }

    @Test
    void anHourIsPlotted() throws Exception {
        Samples hour = new Samples();
        long now = Instant.now().getEpochSecond();
        long grown = 0;
        for (int second = 0; second <= Samples.SECONDS; second++) {
            grown += second < Samples.SECONDS / 2 ? 400 : 100;
            hour.add(now - Samples.SECONDS + second, Map.of(Samples.Column.REQUESTS, grown));
        }
        browser.look(1280, 900, false);
        enter(
                "vera",
                """
                const plain = fetch;
                fetch = (path, options) => path === '/api/v1/samples'
                  ? Promise.resolve(new Response(JSON.stringify(%s))) : plain(path, options);
                """
                        .formatted(Json.of(hour.document())));
        browser.until("document.querySelectorAll('#plots canvas').length === 4");
        picture("hour");
        List<Integer> heights =
                Stream.of(browser.value(LINE).split(",")).map(Integer::valueOf).toList();
        assertThat(heights).as("in each tenth of the hour, in percent of the plot").hasSize(10);
        assertThat(heights.subList(0, 4)).allMatch(height -> height > 80);
        assertThat(heights.subList(6, 10)).allMatch(height -> height > 10 && height < 35);
        assertThat(
                        browser.value(
                                "document.querySelector('#plots"
                                        + " figure').getAttribute('aria-label')"))
                .startsWith("Requests and errors per second, last hour. requests: ")
                .contains("400 at most; status 5xx: 0 now");
        browser.value(POINTED_AT_THE_BEGINNING);
        browser.until("document.querySelector('#plots .u-value').innerText.includes(':')");
        String at = browser.text("#plots .u-value");
        long ago =
                Duration.between(LocalTime.parse(at), LocalTime.now(ZoneId.systemDefault()))
                        .toMinutes();
        assertThat(Math.floorMod(ago, 1440L)).as(at).isBetween(58L, 62L);
    }

    @Test
    void checksReplicationAndWhatEachNodeCountedAreShown() throws Exception {
        TableKey key = TableKey.ofAddress(InetAddress.getLoopbackAddress());
        assertThat(HttpOnce.get(site.file.httpPort, "")).startsWith("HTTP/1.1 200");
        site.member.counted("requests", 2, key, 40);
        site.member.status =
                "{\"replication\":{\"lagMillis\":0.4,\"lagP50Millis\":1.2,\"lagP99Millis\":8.7,"
                        + "\"entriesSent\":1234,\"entriesReceived\":77,\"pulls\":1,\"resyncs\":2,"
                        + "\"dropped\":0}}";
        browser.look(1280, 900, false);
        enter("vera");
        assertThat(browser.value("document.querySelectorAll('[data-action]').length"))
                .as("who only looks is offered nothing to change")
                .isEqualTo("0");
        browser.until("document.querySelector('#tiles').innerText.includes('8.7 ms')");
        assertThat(browser.text("#state")).contains("1.2 / 8.7 ms", "1,234 / 77", "1 / 2 / 0");

        browser.value("document.querySelector('#search [name=table]').value = 'requests'");
        browser.type("#search [name=key]", "127.0.0.1");
        browser.press("Enter", 13);
        browser.until("document.querySelectorAll('#found tbody tr').length >= 3");
        assertThat(browser.text("#found [data-key=lb1-7]"))
                .contains("lb1")
                .containsPattern("\\d+ lately");
        assertThat(browser.text("#found [data-key=lb2-7]")).contains("lb2", "40 lately");

        site.shops.get(1).healthy = false;
        browser.until("document.querySelector('[data-key=s1]').innerText.includes('▲ down')");
        browser.until("document.querySelector('[data-key=s1]').innerText.includes('503')");
        assertThat(browser.text("[data-key=s1] td[data-label=\"Last check\"]"))
                .as("why it is down")
                .contains("▲ ", "status 503", "L7STS");
        browser.click("[data-key=s1] [data-look=changes]");
        browser.until("document.querySelector('#dialog tbody tr')");
        assertThat(browser.text("#dialog")).contains("Server shop/s1", "down", "status 503");
        browser.click("#dialog .buttons button");
        browser.value("document.querySelector('[data-key=s1] summary').focus()");
        browser.press("Enter", 13);
        assertThat(browser.text("[data-key=s1] summary")).contains("its check says down");
        browser.until(
                "document.querySelector('[data-key=s1] li')?.innerText.includes('its check says"
                        + " up')");
        browser.until("document.querySelector('[data-key=shop] .mark.bad')");
        statesAreShapesAndWords();
        picture("down");
        browser.look(PHONE, 844, false);
        browser.until("innerWidth === " + PHONE);
        fits(PHONE);
        assertThat(browser.value(TOO_WIDE)).as("nothing is cut off").isEmpty();
        picture("phone-down");
        site.shops.get(1).healthy = true;
        browser.until("document.querySelector('[data-key=s1]').innerText.includes('● up')");
    }

    /** Of a picture without colours as much is left. */
    private static void statesAreShapesAndWords() throws Exception {
        String pairs =
                browser.value(
                        "[...document.querySelectorAll('.mark')].map(m => m.classList[1] + ' ' +"
                                + " m.textContent).join('\\n')");
        Map<String, String> shapes = new HashMap<>();
        for (String pair : pairs.split("\n")) {
            assertThat(pair).matches("(good|bad|warn|off|idle) [●▲◆■○] \\w.*");
            String[] parts = pair.split(" ", 3);
            assertThat(shapes.merge(parts[0], parts[1], (known, _) -> known)).isEqualTo(parts[1]);
        }
        assertThat(shapes.values()).doesNotHaveDuplicates().contains("●", "▲", "◆");
    }

    @Test
    void nothingComesFromElsewhere() throws Exception {
        enter("vera");
        assertThat(
                        browser.value(
                                "performance.getEntriesByType('resource').map(e => e.name)"
                                        + ".filter(n => !n.startsWith(location.origin + '/'))"))
                .isEmpty();
        assertThat(
                        browser.settled(
                                """
                                new Promise(said => {
                                  addEventListener('securitypolicyviolation',
                                    event => said(event.effectiveDirective));
                                  new Image().src = 'http://127.0.0.2:9/picture.png';
                                })
                                """))
                .as("nor would it if somebody wrote it into the page")
                .isEqualTo("img-src");
        browser.complaints.clear();
    }

    private static double number(String expression) throws Exception {
        return Double.parseDouble(browser.value(expression));
    }
}
