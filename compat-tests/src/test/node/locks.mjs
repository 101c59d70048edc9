// Contends for locks of npm's redlock: argument 1 is the port, 2 the process's rounds. Prints how many it did.
// In the critical section a number is read, and written back one larger; two at once would lose an increment.
import { Redis } from "ioredis";
import Redlock from "redlock";

const [port, rounds] = process.argv.slice(2).map(Number);
const client = new Redis(port, "127.0.0.1");
const redlock = new Redlock([client], { retryCount: -1, retryDelay: 2, retryJitter: 2 });

for (let i = 0; i < rounds; i++) {
    const lock = await redlock.lock("redlock", 30_000);
    if ((await client.incr("redlock:inside")) !== 1) {
        await client.incr("redlock:violations");
    }
    const total = Number((await client.get("redlock:total")) ?? 0);
    await client.set("redlock:total", total + 1);
    await client.decr("redlock:inside");
    if (i % 10 === 0) {
        await lock.extend(30_000);
    }
    await lock.unlock();
}
console.log(`redlock ${rounds}`);
client.disconnect();
