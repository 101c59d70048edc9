package io.clouddragon.server.tools;

import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.Element;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.keyspace.ListView;
import java.util.ArrayList;
import java.util.List;

/**
 * A collection as a row of words, as Redis' commands tell it: the elements of a list, the members of a set, the fields of a
 * hash each with its value, the members of a sorted set each with its score. Reads an entry in portions, so that nothing
 * large is ever held twice. Valid until the entry's keyspace is written.
 */
final class CollectionWords {
    /** A portion ends with the word that makes it this large, bytes... */
    private static final int PORTION_BYTES = 1 << 16;
    /** ...or has so many. */
    private static final int PORTION_WORDS = 2000;

    private static final Bytes NOTHING = new Bytes();

    private final ListView list = new ListView();
    private final KeyedView keyed = new KeyedView();
    private final Bytes word = new Bytes();
    private Kind kind;

    /** Stands before the first element. */
    CollectionWords open(Entry entry) {
        kind = entry.kind();
        if (kind == Kind.LIST) {
            list.open(entry);
        } else {
            keyed.open(entry);
        }
        return this;
    }

    /** The next words; none at the end. */
    List<Bytes> next() {
        List<Bytes> words = new ArrayList<>();
        long bytes = 0;
        while (bytes < PORTION_BYTES && words.size() < PORTION_WORDS && step()) {
            words.add(kind == Kind.LIST ? word.owned() : keyed.name(word).owned());
            bytes += word.length();
            if (kind == Kind.HASH) {
                words.add(keyed.payload(word).owned());
                bytes += word.length();
            } else if (kind == Kind.SORTED_SET) {
                words.add(Bytes.of(RedisDoubles.format(keyed.score())));
            }
        }
        return words;
    }

    private boolean step() {
        return kind == Kind.LIST ? list.next(word) : keyed.next();
    }

    /** How many words an element has. */
    private static int wordsOf(Kind kind) {
        return kind == Kind.HASH || kind == Kind.SORTED_SET ? 2 : 1;
    }

    /**
     * The way back.
     *
     * @return null when the words are not those of such a collection
     */
    static List<Bytes> elements(Kind kind, List<Bytes> words) {
        int step = wordsOf(kind);
        if (words.size() % step != 0) {
            return null;
        }
        List<Bytes> elements = new ArrayList<>(words.size() / step);
        ByteSink sink = new ByteSink(64);
        Bytes element = new Bytes();
        for (int i = 0; i < words.size(); i += step) {
            Bytes name = words.get(i);
            if (kind == Kind.LIST) {
                elements.add(name);
                continue;
            }
            if (kind == Kind.SORTED_SET) {
                Bytes text = words.get(i + 1);
                double score = RedisDoubles.parse(text.array(), text.offset(), text.length());
                if (Double.isNaN(score)) {
                    return null;
                }
                Element.encode(sink, name, score, element);
            } else {
                Element.encode(sink, name, kind == Kind.HASH ? words.get(i + 1) : NOTHING, element);
            }
            elements.add(element.owned());
        }
        return elements;
    }
}
