// ioredis and node-redis against the server at the port given: strings, pipelines, transactions, every type of value,
// scripts, messages, blocking pops, RESP3 with client-side invalidation. Fails with a message; prints "ok" at the end.
import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { createClient } from "redis";

const port = Number(process.argv[2]);

async function ioredis() {
    const client = new Redis(port, "127.0.0.1");
    await client.flushall();
    assert.equal(await client.set("a", "1", "EX", 100), "OK");
    const replies = await client.pipeline().incr("a").get("a").hset("h", { f: "v", g: "w" }).exec();
    assert.deepEqual(replies, [[null, 2], [null, "2"], [null, 2]]);
    assert.deepEqual(await client.hgetall("h"), { f: "v", g: "w" });
    assert.deepEqual(await client.multi().set("b", "x").append("b", "y").exec(), [[null, "OK"], [null, 2]]);
    client.defineCommand("addTo", { numberOfKeys: 1, lua: "return redis.call('incrby', KEYS[1], ARGV[1])" });
    assert.equal(await client.addTo("a", 40), 42);
    await client.zadd("z", 1, "one", 2, "two");
    assert.deepEqual(await client.zrange("z", 0, -1, "WITHSCORES"), ["one", "1", "two", "2"]);
    const keys = [];
    for await (const some of client.scanStream({ count: 2 })) {
        keys.push(...some);
    }
    assert.deepEqual([...new Set(keys)].sort(), ["a", "b", "h", "z"]);
    const subscriber = client.duplicate();
    const message = new Promise((resolve) => subscriber.on("pmessage", (...words) => resolve(words)));
    await subscriber.psubscribe("news.*");
    await client.publish("news.sport", "goal");
    assert.deepEqual(await message, ["news.*", "news.sport", "goal"]);
    const popper = client.duplicate();
    const popped = popper.blpop("queue", 10);
    await client.rpush("queue", "job");
    assert.deepEqual(await popped, ["queue", "job"]);
    for (const each of [client, subscriber, popper]) {
        each.disconnect();
    }
}

async function nodeRedis(protocol) {
    const client = await createClient({ url: `redis://127.0.0.1:${port}`, RESP: protocol }).connect();
    await client.flushAll();
    await client.set("a", "1");
    assert.equal(await client.incrBy("a", 41), 42);
    await client.hSet("h", { f: "v" });
    assert.deepEqual({ ...(await client.hGetAll("h")) }, { f: "v" });
    assert.deepEqual(await client.multi().lPush("l", "x").lRange("l", 0, -1).exec(), [1, ["x"]]);
    await client.zAdd("z", [{ score: 1.5, value: "m" }]);
    assert.equal(await client.zScore("z", "m"), 1.5);
    assert.equal(await client.eval("return ARGV[1]", { keys: [], arguments: ["hello"] }), "hello");
    const subscriber = await client.duplicate().connect();
    const message = new Promise((resolve) => subscriber.subscribe("news", resolve).then(() => client.publish("news", "goal")));
    assert.equal(await message, "goal");
    const popper = await client.duplicate().connect();
    const popped = popper.blPop("queue", 10);
    await client.rPush("queue", "job");
    assert.equal((await popped).element, "job");
    for (const each of [client, subscriber, popper]) {
        each.destroy();
    }
}

/** node-redis' client-side cache: a change by somebody else is seen after the invalidation. */
async function clientSideCache() {
    const cached = await createClient({
        url: `redis://127.0.0.1:${port}`,
        RESP: 3,
        clientSideCache: { ttl: 0, maxEntries: 100, evictPolicy: "LRU" },
    }).connect();
    const other = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
    await other.set("config", "old");
    assert.equal(await cached.get("config"), "old");
    await other.set("config", "new");
    const deadline = Date.now() + 10_000;
    while ((await cached.get("config")) !== "new") {
        assert.ok(Date.now() < deadline, "the cache was never told of the change");
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    cached.destroy();
    other.destroy();
}

await ioredis();
await nodeRedis(2);
await nodeRedis(3);
await clientSideCache();
console.log("ok");
