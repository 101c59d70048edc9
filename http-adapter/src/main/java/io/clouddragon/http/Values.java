package io.clouddragon.http;

import io.clouddragon.http.json.JsonWriter;
import io.clouddragon.http.json.Utf8;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;

/** How a stored string is told as JSON, whichever door it came in by. */
final class Values {
    private Values() {}

    /** Whether the entry can be told at all: lists, hashes, sets and sorted sets cannot. */
    static boolean isTellable(Entry entry) {
        return entry.type() == Kind.Type.STRING;
    }

    /** Writes {@code "Version"} and {@code "Value"} (or {@code "Base64"}) of an entry that {@link #isTellable}. */
    static void write(JsonWriter json, Entry entry, Bytes scratch) {
        json.name(Answer.VERSION).number(entry.version());
        if (entry.isNumber()) {
            json.name(Answer.VALUE).number(entry.number());
            return;
        }
        Bytes stored = entry.stored(scratch);
        if (entry.kind() == Kind.JSON) {
            json.name(Answer.VALUE).raw(stored);
        } else if (Utf8.isValid(stored.array(), stored.offset(), stored.offset() + stored.length())) {
            json.name(Answer.VALUE).string(stored);
        } else {
            json.name(Answer.BASE64).base64(stored);
        }
    }

    /** Whether there is room for the entry's value at all; else the answer is refused, before it takes memory for it. */
    static boolean fits(Entry entry, Answer answer, HttpLimits limits, Bytes scratch) {
        int stored = isTellable(entry) ? entry.stored(scratch).length() : 0;
        return answer.size() + (long) stored <= limits.answerBytes() || refuse(answer, limits);
    }

    /** Whether what has been written is within the limit; else the answer is refused. */
    static boolean fits(Answer answer, HttpLimits limits) {
        return answer.size() <= limits.answerBytes() || refuse(answer, limits);
    }

    private static boolean refuse(Answer answer, HttpLimits limits) {
        return answer.refuse(HttpError.TOO_LARGE, "the answer would be larger than " + limits.answerBytes() + " bytes");
    }

    /** The same for a key that does not exist. */
    static void writeMissing(JsonWriter json) {
        json.name(Answer.VERSION).number(0).name(Answer.VALUE).nullValue();
    }

    /** The same for a list, a hash and the like: no value, but its type, by the word that TYPE answers. */
    static void writeType(JsonWriter json, Entry entry) {
        json.name(Answer.VERSION).number(entry.version()).name(Answer.VALUE).nullValue();
        json.name(Answer.TYPE).string(entry.type().word());
    }
}
