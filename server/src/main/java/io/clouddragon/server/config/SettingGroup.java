package io.clouddragon.server.config;

/** What belongs together on the help page, in its order. */
enum SettingGroup {
    NETWORK("Network"),
    HTTP("HTTP"),
    SECURITY("Security"),
    TLS("TLS"),
    DURABILITY("Durability"),
    MEMORY("Memory and databases"),
    PROTOCOL("Redis protocol"),
    OBSERVATION("Observation"),
    EXECUTION("Execution"),
    ENCODING("Encoding of collections, read by tools and clients"),
    COMPATIBILITY("Accepted because clients and redis.conf files use them");

    final String title;

    SettingGroup(String title) {
        this.title = title;
    }
}
