package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Errors;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Databases;

/**
 * How a word names a database: a number as in Redis, up to the {@code databases} setting, or a name of the contract. Only
 * numbers written as Redis reads them are numbers; other words of digits alone are refused, for they would look like one
 * and be another.
 */
final class DatabaseNames {
    private static final String TOO_MANY = "ERR too many databases, see databases-max";

    private static final String NOT_AN_INT =
            "ERR value is out of range, value must between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE;

    private DatabaseNames() {}

    /** Whether the word is a number that Redis would read, or a name. */
    static boolean isWellFormed(Bytes word) {
        if (Decimal.isLong(word)) {
            long number = Decimal.toLong(word);
            return number == (int) number;
        }
        return Databases.isValidName(word) && !isDigits(word);
    }

    /**
     * The database that word {@code i} names.
     *
     * @param numbered how many numbered ones there are
     * @return null when there is none: the error has been written
     */
    static Database find(Call call, int i, int numbered) {
        Bytes word = call.arg(i);
        boolean isNumber = Decimal.isLong(word);
        if (!isWellFormed(word)) {
            call.error(isNumber ? NOT_AN_INT : Errors.NOT_AN_INTEGER);
            return null;
        }
        if (isNumber && (Decimal.toLong(word) < 0 || Decimal.toLong(word) >= numbered)) {
            call.error(Errors.DB_OUT_OF_RANGE);
            return null;
        }
        Database database = call.loop().engine().databases().get(word.toString());
        if (database == null) {
            call.error(TOO_MANY);
        }
        return database;
    }

    private static boolean isDigits(Bytes word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.at(i) < '0' || word.at(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
