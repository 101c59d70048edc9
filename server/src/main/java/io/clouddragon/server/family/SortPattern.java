package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;

/**
 * What SORT's BY and GET name: {@code prefix*suffix}, the string at the key that has the element in place of the star;
 * {@code prefix*suffix->field}, a field of the hash there; {@code #}, the element itself. Anything else finds nothing.
 */
final class SortPattern {
    private final KeyedView hash = new KeyedView();
    private final ByteSink key = new ByteSink(64);
    private final Bytes pattern;
    private final Bytes field = new Bytes();
    private final Bytes view = new Bytes();
    private final int star;
    private final int end;

    SortPattern(Bytes pattern) {
        this.pattern = pattern;
        star = star(pattern);
        int arrow = star < 0 ? -1 : arrow(pattern, star + 1);
        boolean hasField = arrow >= 0 && arrow + 2 < pattern.length();
        end = hasField ? arrow : pattern.length();
        if (hasField) {
            field.set(pattern.array(), pattern.offset() + arrow + 2, pattern.length() - arrow - 2);
        }
    }

    /** Whether what it finds depends on the element. */
    static boolean isPattern(Bytes text) {
        return star(text) >= 0;
    }

    private static int star(Bytes text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.at(i) == '*') {
                return i;
            }
        }
        return -1;
    }

    private static int arrow(Bytes text, int from) {
        for (int i = from; i + 1 < text.length(); i++) {
            if (text.at(i) == '-' && text.at(i + 1) == '>') {
                return i;
            }
        }
        return -1;
    }

    /** What is found for an element, or null; valid until the next write. */
    Bytes lookUp(Call call, Bytes element) {
        if (pattern.isWord("#")) {
            return element;
        }
        if (star < 0) {
            return null;
        }
        key.truncate(0);
        key.raw(pattern.array(), pattern.offset(), star);
        key.raw(element.array(), element.offset(), element.length());
        key.raw(pattern.array(), pattern.offset() + star + 1, end - star - 1);
        view.set(key.array(), 0, key.size());
        if (!call.tx().get(call.db(), view, call.otherEntry())) {
            return null;
        }
        Kind.Type type = call.otherEntry().type();
        if (field.length() > 0) {
            boolean found =
                    type == Kind.Type.HASH && hash.open(call.otherEntry()).find(field);
            return found ? hash.payload(new Bytes()) : null;
        }
        if (type != Kind.Type.STRING) {
            return null;
        }
        // A number's digits are in a buffer of the view's.
        Bytes value = call.otherEntry().value(new Bytes());
        return call.otherEntry().isNumber() ? value.owned() : value;
    }
}
