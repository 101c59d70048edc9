package io.clouddragon.bench.compare;

/** The servers side by side. */
enum ServerKind {
    DRAGON("Cloud Dragon, always", "#c0392b"),
    ALWAYS("Redis, always", "#2c3e50"),
    EVERYSEC("Redis, everysec", "#95a5a6");

    final String title;
    final String colour;

    ServerKind(String title, String colour) {
        this.title = title;
        this.colour = colour;
    }
}
