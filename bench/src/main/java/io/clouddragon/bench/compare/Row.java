package io.clouddragon.bench.compare;

import io.clouddragon.bench.load.Load;

/**
 * One thing that is measured on every server.
 *
 * @param curve name of the curve that it is a point of; null = none
 * @param x its place on the curve
 * @param renewed it begins with a new data directory: nothing of earlier rows is in the log
 * @param filledKeys keys that have to be there before it; 0 = it starts from an empty server
 * @param filledBytes size of their values
 */
record Row(
        String name,
        Unit unit,
        Goal goal,
        Disk disk,
        String curve,
        double x,
        boolean renewed,
        int filledKeys,
        int filledBytes,
        Load load) {
    /** Which servers it runs on. */
    enum Disk {
        /** The real one. */
        REAL,
        /** The real one, every sync prolonged to 2 ms. */
        SLOW
    }

    static Row rate(String name, Goal goal, Load load) {
        return new Row(name, Unit.PER_SECOND, goal, Disk.REAL, null, 0, false, 0, 0, load);
    }

    static Row of(String name, Unit unit, Goal goal, Load load) {
        return new Row(name, unit, goal, Disk.REAL, null, 0, false, 0, 0, load);
    }

    static Row point(String curve, double x, Load load) {
        return new Row(curve + " " + label(x), Unit.PER_SECOND, Goal.NONE, Disk.REAL, curve, x, false, 0, 0, load);
    }

    Row filled(int keys, int bytes) {
        return new Row(name, unit, goal, disk, curve, x, renewed, keys, bytes, load);
    }

    Row onNewDirectory() {
        return new Row(name, unit, goal, disk, curve, x, true, filledKeys, filledBytes, load);
    }

    Row onSlowDisk() {
        return new Row(name, unit, goal, Disk.SLOW, curve, x, renewed, filledKeys, filledBytes, load);
    }

    /** 1000 as 1k. */
    static String label(double x) {
        return x >= 1e6 ? Math.round(x / 1e6) + "M" : x >= 1e3 ? Math.round(x / 1e3) + "k" : Math.round(x) + "";
    }
}
