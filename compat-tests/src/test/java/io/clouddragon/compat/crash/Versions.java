package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.RespValue;
import java.util.SplittableRandom;

/** DRAGON.SET IFVERSION, each on the version of the one before: value and version are found as acknowledged. */
final class Versions extends Workload {
    private final String key;
    private long version;
    private long writes;
    private boolean underWay;

    Versions(Ledger ledger, int client) {
        super(ledger, client);
        key = "versioned:" + client;
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        underWay = true;
        RespValue reply = doors.send(ledger, "DRAGON.SET " + key + " " + (writes + 1) + " IFVERSION " + version);
        underWay = false;
        writes++;
        ledger.expect(!reply.isNull(), "%s no longer has version %d", key, version);
        version = number(reply);
        ledger.revision(version);
        ledger.acknowledged();
    }

    @Override
    void check(Doors doors) {
        RespValue pair = doors.send(ledger, "DRAGON.GET " + key).item(0);
        long foundWrites = number(pair.item(0));
        long foundVersion = pair.item(1).integer();
        boolean asAcknowledged = foundWrites == writes && foundVersion == version;
        boolean oneMore = underWay && foundWrites == writes + 1 && foundVersion > version;
        ledger.verify(
                asAcknowledged || oneMore,
                "%s is %d of version %d, acknowledged %d of version %d",
                key,
                foundWrites,
                foundVersion,
                writes,
                version);
        writes = foundWrites;
        version = foundVersion;
        underWay = false;
    }
}
