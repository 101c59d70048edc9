package io.clouddragon.compat.libraries;

import redis.clients.jedis.Jedis;

/**
 * A process that contends for the lock of one library after the other. In the critical section it reads a number, and
 * writes it back one larger: whenever two are in there at once, an increment is lost. Arguments: port, number of
 * processes, rounds for each library.
 */
final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int processes = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        try (Libraries libraries = new Libraries(port);
                Jedis jedis = new Jedis("127.0.0.1", port, 60_000)) {
            for (String library : Libraries.names()) {
                Contender contender = libraries.contender(library);
                awaitAll(jedis, library, processes);
                for (int i = 0; i < rounds; i++) {
                    contender.lock();
                    try {
                        increment(jedis, library);
                    } finally {
                        contender.unlock();
                    }
                }
            }
        }
    }

    /** Nobody begins before all are there: else the first is done before there is contention. */
    private static void awaitAll(Jedis jedis, String library, int processes) throws InterruptedException {
        String arrived = "arrived:" + library;
        jedis.incr(arrived);
        while (Long.parseLong(jedis.get(arrived)) < processes) {
            Thread.sleep(2);
        }
    }

    private static void increment(Jedis jedis, String library) {
        String inside = "inside:" + library;
        if (jedis.incr(inside) != 1) {
            jedis.incr("violations:" + library);
        }
        String total = jedis.get("total:" + library);
        jedis.set("total:" + library, Long.toString(total == null ? 1 : Long.parseLong(total) + 1));
        jedis.decr(inside);
    }
}
