package io.clouddragon.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same CONFIG commands, sent to a real redis-server and to ours, are answered with the same words. */
class ConfigCommandAgainstRedisTest {
    /** One command a line, words split as in a configuration file. Values set stay set for the lines that follow. */
    private static final String SCRIPT = """
            set nosuch 1
            set Nosuch 1
            set timeout 5 nosuch 3
            set nosuch 1 databases 3
            set databases 3 nosuch 1
            set timeout 5 port
            set maxmemory 1 maxmemory 2
            set MAXMEMORY 1 maxmemory 2
            set databases 3
            set databases abc
            set MaxClients abc
            set maxclients 0
            set maxclients -1
            set maxclients 4294967296
            set timeout -1
            set timeout " 5"
            set timeout "5 "
            set timeout +5
            set timeout 05
            set timeout ""
            set timeout 99999999999999999999
            set timeout 7
            get timeout
            set timeout 8 maxclients abc
            get timeout
            set maxmemory 1zb
            set maxmemory -1
            set maxmemory 1.5gb
            set maxmemory 100%
            set maxmemory 1k
            get maxmemory
            set maxmemory 3MB
            get MaxMemory
            set maxmemory 2g
            get maxmemory
            set maxmemory 0
            set proto-max-bulk-len 1
            set proto-max-bulk-len abc
            set appendfsync sometimes
            set appendfsync EverySec
            get appendfsync
            set lazyfree-lazy-expire maybe
            set lazyfree-lazy-expire YES
            get lazyfree-lazy-expire
            set loglevel bad
            set loglevel NOTICE
            get loglevel
            set slowlog-log-slower-than -2
            set slowlog-log-slower-than -1
            get slowlog-log-slower-than
            set latency-monitor-threshold -1
            set auto-aof-rewrite-min-size -1
            set save "a b"
            set save "900 1 3"
            set save "0 1"
            set save "900 1 300 10"
            get save
            set save ""
            get save
            set client-output-buffer-limit "normal 1"
            set client-output-buffer-limit "foo 1 2 3"
            set client-output-buffer-limit "normal 1x 2 3"
            set client-output-buffer-limit "normal 1 2 -3"
            get client-output-buffer-limit
            set client-output-buffer-limit "normal 1kb 2kb 3 replica 1 2 3"
            get client-output-buffer-limit
            set notify-keyspace-events Q
            set notify-keyspace-events KEA
            get notify-keyspace-events
            set notify-keyspace-events AKExgm
            get notify-keyspace-events
            set notify-keyspace-events Kx
            get notify-keyspace-events
            set notify-keyspace-events g$lshzxetdnKEm
            get notify-keyspace-events
            set notify-keyspace-events Eng$
            get notify-keyspace-events
            set notify-keyspace-events ""
            set hz 0
            get hz
            set hz 501
            get hz
            set hz -1
            set hz 99999999999
            set hz x
            set tcp-backlog 3
            set logfile x
            set lua-time-limit 77
            get lua-time-limit busy-reply-threshold
            set hash-max-ziplist-entries 9
            get hash-max-*-entries
            set list-max-ziplist-size -5
            get list-max*
            get nosuch
            get save save SAVE
            get timeout TIME* t?meout [^a-s]imeout
            get slowlog* lazyfree-* stream-node-* zset-max-* set-max-* *-compress-* tcp-*
            """;

    @Test
    void everyCommandOfTheScriptIsAnsweredAlike(@TempDir Path directory) throws Exception {
        ConfigCommand ours = new ConfigCommand(Settings.of(Map.of()));
        int compared = 0;
        try (RedisProcess redis = RedisProcess.start(directory)) {
            for (String line : SCRIPT.lines().toList()) {
                List<String> words = ConfigLine.split(line);
                List<String> command = new ArrayList<>(words);
                command.add(0, "config");
                Object expected = redis.call(command);
                assertThat(answer(ours, words.get(0), words.subList(1, words.size())))
                        .as(line)
                        .isEqualTo(expected instanceof List<?> pairs ? asMap(pairs) : expected);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(80);
    }

    private static Object answer(ConfigCommand ours, String verb, List<String> words) {
        if (verb.equals("set")) {
            String error = ours.set(words);
            return error == null ? "OK" : error;
        }
        Map<String, String> found = new TreeMap<>();
        ours.get(words).forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    private static Map<String, String> asMap(List<?> pairs) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            map.put((String) pairs.get(i), (String) pairs.get(i + 1));
        }
        return map;
    }
}
