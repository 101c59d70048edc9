"""Contends for redis-py's Lock: argument 1 is the port, 2 the process's rounds. See node/locks.mjs for the idea."""

import sys

import redis

rounds = int(sys.argv[2])
client = redis.Redis(port=int(sys.argv[1]))

for i in range(rounds):
    lock = client.lock("pylock", timeout=30, sleep=0.002)
    with lock:
        if client.incr("pylock:inside") != 1:
            client.incr("pylock:violations")
        total = int(client.get("pylock:total") or 0)
        client.set("pylock:total", total + 1)
        client.decr("pylock:inside")
        if i % 10 == 0:
            lock.extend(30)
            assert lock.owned()
print("pylock", rounds)
