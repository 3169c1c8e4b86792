// An Express application that says how it is, for a load balancer that asks.
//
//   ADDRESS=10.0.0.21 PORT=3000 REDIS_URL=redis://127.0.0.1:6379 node app.mjs
//
//   GET /health            200 while the process answers at all: what may restart it looks here
//   GET /health/detailed   200 while all it needs is there, else 503, and what is not: what sends it requests looks here
import express from "express";
import { createClient } from "redis";

// Shorter than the balancer's `timeout` for the check, so that it hears a 503 and the reason, and not nothing.
const PATIENCE_MILLIS = 500;

const redis = createClient({
    url: process.env.REDIS_URL,
    disableOfflineQueue: true, // what is asked while it is away fails now, and is not kept for later
    socket: { connectTimeout: PATIENCE_MILLIS, reconnectStrategy: 200 },
});
redis.on("error", () => {}); // /health/detailed tells
redis.connect().catch(() => {});

// A database is one line more: database: () => pool.query("SELECT 1")
const needed = {
    redis: () => redis.ping(),
};

const within = (promise) =>
    Promise.race([
        promise,
        new Promise((_, reject) => setTimeout(reject, PATIENCE_MILLIS, new Error(`no answer within ${PATIENCE_MILLIS} ms`)).unref()),
    ]);

async function look(name, ask) {
    try {
        await within(ask());
        return [name, { status: "UP" }];
    } catch (error) {
        return [name, { status: "DOWN", error: error.message }];
    }
}

const app = express();

app.get("/health", (_request, response) => {
    response.json({ status: "UP" });
});

app.get("/health/detailed", async (_request, response) => {
    const checks = Object.fromEntries(await Promise.all(Object.entries(needed).map(([name, ask]) => look(name, ask))));
    const up = Object.values(checks).every((check) => check.status === "UP");
    response.status(up ? 200 : 503).json({ status: up ? "UP" : "DOWN", checks });
});

app.get("/visits", async (_request, response) => {
    response.json({ visits: await redis.incr("visits"), by: process.pid });
});

const server = app.listen(Number(process.env.PORT), process.env.ADDRESS ?? "127.0.0.1", () => console.log(`listening on ${server.address().port}`));

process.on("SIGTERM", () => {
    server.close();
    redis.destroy();
});
