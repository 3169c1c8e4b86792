"""What redis-py and django-redis do with sessions; prints one line for each thing that worked."""

import sys

import redis

port = int(sys.argv[1])
client = redis.Redis(host="127.0.0.1", port=port, decode_responses=True)

client.set("py:session", "one", ex=60)
assert client.get("py:session") == "one"
assert 55 <= client.ttl("py:session") <= 60
assert client.expire("py:session", 600) and client.ttl("py:session") > 500
client.hset("py:hash", mapping={"user": "7", "cart": "3"})
assert client.hgetall("py:hash") == {"user": "7", "cart": "3"}
print("session")

with client.pipeline(transaction=False) as pipeline:
    for number in range(200):
        pipeline.set(f"py:many:{number}", number, ex=60)
    assert pipeline.execute() == [True] * 200
assert client.mget([f"py:many:{n}" for n in range(200)]) == [str(n) for n in range(200)]
assert len(set(client.scan_iter(match="py:many:*", count=50))) == 200
print("pipeline and scan")

lock = client.lock("py:lock", timeout=10)
assert lock.acquire(blocking=False)
assert not client.lock("py:lock", timeout=10).acquire(blocking=False)
lock.reacquire()
lock.release()
assert client.lock("py:lock", timeout=10).acquire(blocking=False)
print("lock")

from django.conf import settings

settings.configure(
    CACHES={
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
        }
    },
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    SECRET_KEY="of a test",
    INSTALLED_APPS=[],
)
import django

django.setup()
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache

store = SessionStore()
store["user"] = 7
store.set_expiry(60)
store.save()
again = SessionStore(session_key=store.session_key)
assert again["user"] == 7
again["cart"] = [1, 2]
again.save()
assert SessionStore(session_key=store.session_key)["cart"] == [1, 2]
store.flush()
assert SessionStore(session_key=again.session_key).get("user") is None
assert cache.add("django:once", 1, 60) and not cache.add("django:once", 2, 60)
assert cache.incr("django:once") == 2
print("django")
