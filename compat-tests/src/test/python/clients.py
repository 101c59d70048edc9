"""redis-py against the server at the port given: pipelines, pub/sub, every type of value, scripts. Prints "ok"."""

import sys
import threading

import redis

client = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
client.flushall()

with client.pipeline(transaction=True) as pipeline:
    pipeline.set("a", 1)
    pipeline.incrby("a", 41)
    pipeline.hset("h", mapping={"f": "v", "g": "w"})
    pipeline.rpush("l", "x", "y")
    pipeline.sadd("s", "m")
    pipeline.zadd("z", {"one": 1, "two": 2.5})
    assert pipeline.execute() == [True, 42, 2, 2, 1, 2]
assert client.hgetall("h") == {"f": "v", "g": "w"}
assert client.lrange("l", 0, -1) == ["x", "y"]
assert client.zrange("z", 0, -1, withscores=True) == [("one", 1.0), ("two", 2.5)]
assert sorted(client.scan_iter(count=2)) == ["a", "h", "l", "s", "z"]


def increment(pipeline):
    value = int(pipeline.get("a"))
    pipeline.multi()
    pipeline.set("a", value + 1)


client.transaction(increment, "a")
assert client.get("a") == "43"

script = client.register_script("return redis.call('incrby', KEYS[1], ARGV[1])")
assert script(keys=["a"], args=[7]) == 50

subscriber = client.pubsub(ignore_subscribe_messages=True)
subscriber.psubscribe("news.*")
subscriber.get_message(timeout=5)
client.publish("news.sport", "goal")
message = subscriber.get_message(timeout=10)
assert message["channel"] == "news.sport" and message["data"] == "goal", message

popped = []
popper = threading.Thread(target=lambda: popped.append(client.blpop("queue", timeout=10)))
popper.start()
client.rpush("queue", "job")
popper.join()
assert popped == [("queue", "job")]
print("ok")
