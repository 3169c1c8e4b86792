// What applications ask of a sessions frontend besides sessions, by unmodified clients: hashes, counters, and the limits of
// express-rate-limit with rate-limit-redis, by node-redis over RESP3 and by ioredis over RESP2.
//
//   node commands.mjs --url redis://ADDRESS:PORT[/DB]
//
// Exit 0 when every answer is the one Redis gives, 1 otherwise, 2 when called wrongly.
import { deepStrictEqual as same, ok } from "node:assert";
import { parseArgs } from "node:util";
import express from "express";
import { rateLimit } from "express-rate-limit";
import { RedisStore } from "rate-limit-redis";

const LIMIT = 3;

const { values: options } = parseArgs({ options: { url: { type: "string" } } });
if (!options.url) {
    console.error("usage: commands.mjs --url URL");
    process.exit(2);
}

async function nodeRedis() {
    const { createClient } = await import("redis");
    const client = createClient({ url: options.url });
    client.on("error", (error) => console.log(error.message));
    await client.connect();
    return { name: "node-redis", call: (...words) => client.sendCommand(words), quit: () => client.close(), client };
}

async function ioredis() {
    const { Redis } = await import("ioredis");
    const client = new Redis(options.url);
    client.on("error", (error) => console.log(error.message));
    return { name: "ioredis", call: (...words) => client.call(...words), quit: () => client.quit(), client };
}

async function commands({ name, call, client }) {
    const key = `commands:${name}`;
    await call("DEL", key, `${key}:n`, `${key}:t`);
    same(await call("HSET", key, "user", "7", "cart", "x"), 2);
    const read = name === "ioredis" ? await client.hgetall(key) : { ...(await client.hGetAll(key)) };
    same(read, { user: "7", cart: "x" });
    same(await call("HINCRBY", key, "user", "2"), 9);
    same(await call("EXPIRE", key, "60"), 1);
    same(await call("TYPE", key), "hash");
    same(await call("INCRBY", `${key}:n`, "5"), 5);
    same(await call("GETDEL", `${key}:n`), "5");
    same(await call("SET", `${key}:t`, "1", "NX", "PX", "60000"), "OK");
    same(await call("SET", `${key}:t`, "2", "NX"), null);
    same(await call("GETEX", `${key}:t`, "PERSIST"), "1");
    same(await call("TTL", `${key}:t`), -1);
    const many = name === "ioredis" ? client.pipeline() : undefined;
    const answers = many
        ? (await many.incr(`${key}:n`).incr(`${key}:n`).get(`${key}:n`).exec()).map(([, answer]) => answer)
        : await Promise.all([client.incr(`${key}:n`), client.incr(`${key}:n`), client.get(`${key}:n`)]);
    same(answers, [1, 2, "2"]);
}

/** A limit of requests, which is the same for every node that counts in the same store. */
async function limits({ name, call }) {
    const store = new RedisStore({ sendCommand: (...words) => call(...words), prefix: `limits:${name}:` });
    const app = express();
    app.use(rateLimit({ windowMs: 60_000, limit: LIMIT, store, keyGenerator: () => "everybody" }));
    app.get("/", (_request, response) => response.send("in"));
    const server = await new Promise((resolve) => {
        const listening = app.listen(0, "127.0.0.1", () => resolve(listening));
    });
    await store.resetKey("everybody");
    const statuses = [];
    for (let at = 0; at < LIMIT + 2; at++) {
        statuses.push((await fetch(`http://127.0.0.1:${server.address().port}/`)).status);
    }
    same(statuses, [200, 200, 200, 429, 429]);
    same((await store.get("everybody")).totalHits, LIMIT + 2);
    await store.decrement("everybody");
    same((await store.get("everybody")).totalHits, LIMIT + 1);
    ok((await store.get("everybody")).resetTime > new Date());
    server.closeAllConnections();
    server.close();
}

for (const open of [nodeRedis, ioredis]) {
    const client = await open();
    await commands(client);
    await limits(client);
    await client.quit();
    console.log(`${client.name}: every answer as expected`);
}
