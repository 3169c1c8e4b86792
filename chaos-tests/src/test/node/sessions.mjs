// An unmodified express-session application with connect-redis on a sessions frontend.
//
//   node sessions.mjs write --url redis://ADDRESS:PORT[/DB] --count N --state FILE [--client CLIENT]
//   node sessions.mjs read  --url … --state FILE      every session is still logged in as the same user (this also touches it)
//   node sessions.mjs destroy --url … --state FILE    logs all of them out, and sees that they are
//
// CLIENT is node-redis (6), node-redis-5, node-redis-4 or ioredis, each with the connect-redis of its time.
// FILE holds what the browsers would: one {"user", "cookie"} per line, written only once acknowledged.
// Standard output is JSON, one object a line, the last one a summary: {"event": "done", "ok", "lost", "failed", …}.
// Exit 0 when nothing was lost and nothing failed, 1 otherwise, 2 when called wrongly.
import { readFileSync, appendFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import express from "express";
import session from "express-session";

const AT_ONCE = 16;
const DAY_SECONDS = 86400;

const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        url: { type: "string" },
        count: { type: "string", default: "100" },
        state: { type: "string" },
        client: { type: "string", default: "node-redis" },
    },
});
// Libraries of node-redis with the connect-redis that was made for them.
const NODE_REDIS = {
    "node-redis": ["redis", "connect-redis"],
    "node-redis-5": ["redis-5", "connect-redis-9"],
    "node-redis-4": ["redis-4", "connect-redis-8"],
};
const action = positionals[0];
const called =
    ["write", "read", "destroy"].includes(action) &&
    options.url &&
    options.state &&
    [...Object.keys(NODE_REDIS), "ioredis"].includes(options.client);
if (!called) {
    console.error("usage: sessions.mjs write|read|destroy --url URL --state FILE [--count N] [--client CLIENT]");
    process.exit(2);
}

const say = (event) => console.log(JSON.stringify(event));

async function storeOnNodeRedis([library, stores]) {
    const { createClient } = await import(library);
    const { RedisStore } = await import(stores);
    const client = createClient({ url: options.url });
    client.on("error", (error) => say({ event: "client-error", message: error.message }));
    await client.connect();
    return { store: new RedisStore({ client, ttl: DAY_SECONDS }), quit: () => (client.close ?? client.quit).call(client) };
}

async function storeOnIoredis() {
    const { Redis } = await import("ioredis");
    const { RedisStore } = await import("connect-redis-8");
    const client = new Redis(options.url);
    client.on("error", (error) => say({ event: "client-error", message: error.message }));
    return { store: new RedisStore({ client, ttl: DAY_SECONDS }), quit: () => client.quit() };
}

function application(store) {
    const app = express();
    app.use(session({ store, secret: "only for tests", resave: false, saveUninitialized: false }));
    app.post("/login/:user", (request, response, next) => {
        request.session.user = request.params.user;
        // The browser hears of success only after the store has acknowledged.
        request.session.save((error) => (error ? next(error) : response.json({ user: request.params.user })));
    });
    app.get("/me", (request, response) => response.json({ user: request.session.user ?? null }));
    app.post("/logout", (request, response, next) =>
        request.session.destroy((error) => (error ? next(error) : response.json({ user: null }))),
    );
    app.use((error, _request, response, _next) => response.status(500).json({ error: error.message }));
    return new Promise((resolve) => {
        const server = app.listen(0, "127.0.0.1", () => resolve(server));
    });
}

async function eachOf(items, work) {
    const waiting = items.values();
    await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
            for (const item of waiting) {
                await work(item);
            }
        }),
    );
}

async function ask(base, method, path, cookie) {
    const began = performance.now();
    const response = await fetch(base + path, { method, headers: cookie ? { cookie } : {} });
    const body = await response.json();
    const millis = Math.round(performance.now() - began);
    return { ok: response.ok, body, millis, cookie: response.headers.get("set-cookie")?.split(";")[0] };
}

const known = () =>
    readFileSync(options.state, "utf8")
        .split("\n")
        .filter((line) => line)
        .map((line) => JSON.parse(line));

async function main() {
    const { store, quit } = options.client === "ioredis" ? await storeOnIoredis() : await storeOnNodeRedis(NODE_REDIS[options.client]);
    const server = await application(store);
    const base = `http://127.0.0.1:${server.address().port}`;
    const summary = { event: "done", action, client: options.client, ok: 0, lost: 0, failed: 0, longestMillis: 0 };
    const note = (answer, right) => {
        summary.longestMillis = Math.max(summary.longestMillis, answer.millis);
        summary[right ? "ok" : answer.ok ? "lost" : "failed"]++;
        if (!right) {
            say({ event: answer.ok ? "lost" : "failed", ...answer.body });
        }
    };
    if (action === "write") {
        writeFileSync(options.state, "");
        const users = Array.from({ length: Number(options.count) }, (_, at) => `user-${at}`);
        await eachOf(users, async (user) => {
            const answer = await ask(base, "POST", `/login/${user}`);
            const right = answer.ok && Boolean(answer.cookie);
            if (right) {
                appendFileSync(options.state, JSON.stringify({ user, cookie: answer.cookie }) + "\n");
            }
            note(answer, right);
        });
    } else {
        await eachOf(known(), async ({ user, cookie }) => {
            const answer = await ask(base, "GET", "/me", cookie);
            note(answer, answer.ok && answer.body.user === user);
            if (action === "destroy") {
                await ask(base, "POST", "/logout", cookie);
                const after = await ask(base, "GET", "/me", cookie);
                if (!after.ok || after.body.user !== null) {
                    summary.failed++;
                }
            }
        });
    }
    if (action !== "destroy") {
        // SCAN and MGET: every session of this application, as an administrator lists them.
        summary.listed = (await new Promise((resolve, reject) => {
            const listed = store.all((error, sessions) => (error ? reject(error) : resolve(sessions)));
            listed?.then?.(resolve, reject);
        })).length;
    }
    server.closeAllConnections();
    server.close();
    await quit();
    say(summary);
    process.exitCode = summary.lost + summary.failed === 0 ? 0 : 1;
}

main().catch((error) => {
    say({ event: "done", action, client: options.client, ok: 0, lost: 0, failed: 1, error: error.message });
    process.exit(1);
});
