package io.clouddragon.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.clouddragon.http.json.JsonText;
import io.clouddragon.http.json.PairsForm;
import io.clouddragon.http.json.Utf8;
import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a request's body token by token: the grammar that all requests share. A subclass says which members there are and
 * what they mean.
 *
 * <p>Every step answers false once it has refused the body, with a message that says what was expected, where in the request
 * and where in the text. Reused; event loop only.
 */
abstract class BodyReader {
    /** The longest time that a field may tell, seconds: a hundred years. */
    static final long MAX_SECONDS = 100L * 365 * 24 * 60 * 60;

    /**
     * Bytes of bodies after which the factory is made anew: its parsers leave each name that they met to the next, and those in
     * a value are its client's, as many and as long as that pleases.
     */
    private static final int FACTORY_BYTES = 4 << 20;

    private static final String LIMIT_HINT = ", from `";
    private static final List<String> JACKSON_HINTS =
            List.of(LIMIT_HINT, ": enable `", " (not recognized as one since");

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final int NO_INDEX = -1;
    private static final Bytes TRUE = Bytes.of("true");
    private static final Bytes FALSE = Bytes.of("false");
    private static final Bytes NULL = Bytes.of("null");

    private final Members bodyMember = this::readMember;
    private final HttpLimits limits;
    final Answer answer;

    private JsonFactory factory;
    private long factoryBytes;

    private JsonParser parser;
    private byte[] source;
    private int sourceLength;
    private PairsForm pairs;
    private byte[] text;

    // Where the reading is: a member of the body's object and, in an array, which element and which of its members.
    private Field member;
    private int index;
    private Field innerMember;
    /** The fields of the object that was read last. */
    private long seen;

    BodyReader(HttpLimits limits, Answer answer) {
        this.answer = answer;
        this.limits = limits;
        this.factory = newFactory();
    }

    private JsonFactory newFactory() {
        return JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                // The body is UTF-8, and has been found to be: NULs in it do not make it UTF-32.
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                // Interning makes a lookup in a table of the whole JVM of every new name that a client thinks of.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.jsonDepth())
                        .maxStringLength(limits.bodyBytes())
                        .maxNameLength(limits.bodyBytes())
                        .maxNumberLength(limits.bodyBytes())
                        .build())
                .build();
    }

    /** Steps that read one thing at the parser's present token. */
    @FunctionalInterface
    interface Step {
        boolean read() throws IOException;
    }

    @FunctionalInterface
    interface Members {
        boolean read(Field field) throws IOException;
    }

    /** Forgets the request read before. */
    abstract void begin();

    /** The members that the body's object may have. */
    abstract long fields();

    /** Reads one of them. */
    abstract boolean readField(Field field) throws IOException;

    /** All members are read: what goes with what? */
    abstract boolean check(long fieldsSeen);

    /** Where texts are kept. */
    abstract ByteSink texts();

    /**
     * Reads a body.
     *
     * @return false when it was refused; then the answer is written
     */
    final boolean read(byte[] body, int length) {
        source = body;
        sourceLength = length;
        pairs = null;
        int malformed = Utf8.firstInvalid(body, 0, length);
        if (malformed >= 0) {
            return answer.refuse(HttpError.INVALID_JSON, "the body is not UTF-8" + at(malformed));
        }
        if (length >= BYTE_ORDER_MARK.length
                && Arrays.equals(body, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            return answer.refuse(
                    HttpError.INVALID_JSON,
                    "the body begins with a byte order mark, which JSON must not have (RFC 8259, 8.1)");
        }
        if (parse(body, length)) {
            return true;
        }
        pairs = PairsForm.rewrite(body, length);
        return pairs != null && parse(pairs.text(), pairs.length());
    }

    private boolean parse(byte[] json, int length) {
        begin();
        text = json;
        member = null;
        innerMember = null;
        index = NO_INDEX;
        try (JsonParser opened = factory.createParser(json, 0, length)) {
            parser = opened;
            return readBodyOrRefuse();
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        } finally {
            parser = null;
            factoryBytes += length;
            if (factoryBytes > FACTORY_BYTES) {
                factory = newFactory();
                factoryBytes = 0;
            }
        }
    }

    /** Syntax is refused while the parser is open: a closed one no longer knows where it was. */
    private boolean readBodyOrRefuse() throws IOException {
        try {
            return readBody();
        } catch (JsonProcessingException e) {
            return refuseSyntax(e);
        }
    }

    private boolean readBody() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return answer.refuse(HttpError.INVALID_JSON, "the body is empty; it is to be one JSON object");
        }
        if (first != JsonToken.START_OBJECT) {
            return expected("one JSON object as the body");
        }
        if (!members(fields(), bodyMember)) {
            return false;
        }
        long all = seen;
        if (parser.nextToken() != null) {
            return answer.refuse(HttpError.INVALID_JSON, "something follows the body's object" + here());
        }
        return check(all);
    }

    private boolean readMember(Field field) throws IOException {
        member = field;
        innerMember = null;
        boolean read = readField(field);
        member = null;
        return read;
    }

    // ---- steps for subclasses

    /** Reads an object: that it is one, that each member is known here and comes once. */
    final boolean object(long allowed, Members reader) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return expected("an object");
        }
        return members(allowed, reader);
    }

    private boolean members(long allowed, Members reader) throws IOException {
        long found = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Field field = Field.of(parser.currentName());
            if (field == null || !field.isIn(allowed)) {
                return refuse("unknown field \"" + shortened(parser.currentName()) + "\"" + here());
            }
            if (field.isIn(found)) {
                return refuse("field \"" + field.text + "\" comes twice" + here());
            }
            found |= field.bit();
            parser.nextToken();
            innerMember = field;
            if (!reader.read(field)) {
                return false;
            }
        }
        innerMember = null;
        seen = found;
        return true;
    }

    /** The members of the object that {@link #object} has just read. */
    final long seen() {
        return seen;
    }

    /** Reads an array's elements; anything but an array counts as an array of one. */
    final boolean each(Step element) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return element.read();
        }
        for (index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
            if (index == limits.operations()) {
                return answer.refuse(HttpError.TOO_LARGE, where() + "more than " + limits.operations() + " elements");
            }
            if (!element.read()) {
                return false;
            }
        }
        index = NO_INDEX;
        return true;
    }

    final boolean isString() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    final boolean isStructure() {
        return parser.currentToken().isStructStart();
    }

    /** A string that may be empty. */
    final boolean string(Bytes into) throws IOException {
        if (!isString()) {
            return expected("a string");
        }
        ByteSink texts = texts();
        int start = texts.size();
        char[] chars = parser.getTextCharacters();
        if (!Utf8.encode(chars, parser.getTextOffset(), parser.getTextLength(), texts)) {
            return refuse(where() + "half of a surrogate pair stands alone" + here());
        }
        into.set(texts.array(), start, texts.size() - start);
        return true;
    }

    /** A string that is the name of something. */
    final boolean name(Bytes into) throws IOException {
        if (!string(into)) {
            return false;
        }
        return into.length() > 0 || refuse(where() + "must not be empty" + here());
    }

    /** A JSON value that is not a string, as compact text. */
    final boolean json(Bytes into) throws IOException {
        ByteSink texts = texts();
        int start = texts.size();
        JsonToken token = parser.currentToken();
        switch (token) {
            case VALUE_TRUE -> into.set(TRUE);
            case VALUE_FALSE -> into.set(FALSE);
            case VALUE_NULL -> into.set(NULL);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                Utf8.encode(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength(), texts);
                into.set(texts.array(), start, texts.size() - start);
            }
            default -> {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                int to = (int) parser.currentLocation().getByteOffset();
                JsonText.compact(text, from, to, texts);
                into.set(texts.array(), start, texts.size() - start);
            }
        }
        return true;
    }

    /** A whole number of 64 bits; {@link #number} has it. */
    final boolean wholeNumber(String what) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            return expected(what);
        }
        JsonParser.NumberType type = parser.getNumberType();
        if (type != JsonParser.NumberType.INT && type != JsonParser.NumberType.LONG) {
            return refuse(where() + "does not fit 64 bits" + here());
        }
        return true;
    }

    /** The number that {@link #wholeNumber} found. */
    final long number() throws IOException {
        return parser.getLongValue();
    }

    final boolean trueOrFalse() {
        JsonToken token = parser.currentToken();
        return token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE || expected("true or false");
    }

    final boolean isTrue() {
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    /**
     * Seconds, decimals allowed; {@link #millis} has them as milliseconds.
     *
     * @param positive whether 0 is refused
     */
    final boolean seconds(boolean positive, long max) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            return expected("a number of seconds");
        }
        double seconds = parser.getDoubleValue();
        if (seconds < 0 || seconds > max || positive && seconds == 0) {
            String range = positive ? "more than 0 and at most " : "0 to ";
            return refuse(where() + "must be " + range + max + " seconds" + here());
        }
        return true;
    }

    /** What {@link #seconds} found, rounded up: what was asked for is a minimum. */
    final long millis() throws IOException {
        return (long) Math.ceil(parser.getDoubleValue() * 1000);
    }

    // ---- refusing

    final boolean expected(String what) {
        return refuse(where() + "expected " + what + ", found " + found() + here());
    }

    final boolean refuse(String message) {
        return answer.refuse(HttpError.INVALID_REQUEST, message);
    }

    private String found() {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_NULL -> "null";
            default -> "true or false";
        };
    }

    private boolean refuseSyntax(JsonProcessingException e) {
        boolean isEarlyEnd = e instanceof JsonEOFException;
        String problem = isEarlyEnd ? "the body ends too early" : withoutHints(e.getOriginalMessage());
        // What is beyond a limit comes without its place.
        JsonLocation place = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        return answer.refuse(HttpError.INVALID_JSON, problem + at((int) place.getByteOffset()));
    }

    /** Jackson tells Java programmers which of its switches allows what, and which of its methods set a limit. */
    private static String withoutHints(String problem) {
        String told = problem;
        for (String hint : JACKSON_HINTS) {
            int from = told.indexOf(hint);
            told = from < 0 ? told : told.substring(0, from);
        }
        // The limit's hint stood in brackets.
        return problem.contains(LIMIT_HINT) ? told + ")" : told;
    }

    /** "KVSet[2].TTL: ", the present place in the request. */
    final String where() {
        StringBuilder path = new StringBuilder();
        if (member != null) {
            path.append(member.text);
        }
        if (index != NO_INDEX) {
            path.append('[').append(index).append(']');
        }
        if (innerMember != null) {
            path.append('.').append(innerMember.text);
        }
        return path.length() == 0 ? "" : path.append(": ").toString();
    }

    /** " at line 3, column 14", the present place in the text. */
    final String here() {
        return at((int) parser.currentTokenLocation().getByteOffset());
    }

    private String at(int offset) {
        int original = pairs == null ? offset : pairs.originalOffset(offset);
        return " at " + JsonText.position(source, sourceLength, original);
    }

    private static String shortened(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "…";
    }
}
