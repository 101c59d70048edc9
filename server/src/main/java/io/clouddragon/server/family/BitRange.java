package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;

/**
 * The words {@code start end [BYTE|BIT]} of BITCOUNT and BITPOS, laid over a string. Numbers below zero count from its end;
 * without an end the range goes to the end of the string, without a start it begins with it.
 *
 * @param first bit of the range
 * @param last bit of the range, belongs to it
 * @param isEmpty the range has no bit: the other two say nothing
 */
record BitRange(long first, long last, boolean isEmpty) {

    /**
     * Reads the words from {@code at} on.
     *
     * @param length of the string in bytes
     * @return null when they are wrong: the error has been written
     */
    static BitRange read(Call call, int at, long length) {
        if (call.count() > at + 3) {
            call.syntaxError();
            return null;
        }
        long start = 0;
        long end = -1;
        boolean inBits = false;
        if (call.count() > at) {
            if (!call.integer(at)) {
                return null;
            }
            start = call.number();
        }
        if (call.count() > at + 2) {
            inBits = call.isWord(at + 2, "BIT");
            if (!inBits && !call.isWord(at + 2, "BYTE")) {
                call.syntaxError();
                return null;
            }
        }
        if (call.count() > at + 1) {
            if (!call.integer(at + 1)) {
                return null;
            }
            end = call.number();
        }
        return of(start, end, length, inBits ? 1 : Byte.SIZE);
    }

    private static BitRange of(long start, long end, long length, int unitBits) {
        long units = length * Byte.SIZE / unitBits;
        long first = Math.max(0, start < 0 ? units + start : start);
        long last = Math.min(units - 1, Math.max(0, end < 0 ? units + end : end));
        return first > last
                ? new BitRange(0, 0, true)
                : new BitRange(first * unitBits, (last + 1) * unitBits - 1, false);
    }
}
