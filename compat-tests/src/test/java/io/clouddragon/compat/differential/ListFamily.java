package io.clouddragon.compat.differential;

/**
 * Lists and SORT, on two connections and inside MULTI. What blocks is asked for a hundredth of a second, and sent only as
 * written: a broken timeout could block for ever. The transcripts have who is served, and in which order.
 */
final class ListFamily extends Family {
    ListFamily() {
        super("lists", 2);
        values("list", "l1", "l2", "l3", "l4", "l1", "l2", "l3", "s1", "none");
        values("element", "a", "b", "c", "a", "b", "1", "2", "10", "-3", "3.5", "", "a\r\n\u00ff", "x".repeat(300));
        values(
                "index",
                "0",
                "1",
                "2",
                "-1",
                "-2",
                "5",
                "-7",
                "100",
                "9223372036854775807",
                "-9223372036854775808",
                "x");
        values("few", "0", "1", "2", "3", "-1", "-2", "9223372036854775807", "-9223372036854775808", "1.5", "");
        exact(8, "(LPUSH|RPUSH) {list} {element}...");
        exact(2, "(LPUSHX|RPUSHX) {list} {element}...");
        exact(5, "(LPOP|RPOP) {list} [{few}]");
        exact(3, "LRANGE {list} {index} {index}");
        exact(2, "LLEN {list}");
        exact(2, "LINDEX {list} {index}");
        exact(2, "LSET {list} {index} {element}");
        exact(3, "LINSERT {list} (BEFORE|AFTER) {element} {element}");
        exact(3, "LREM {list} {few} {element}");
        exact(2, "LTRIM {list} {index} {index}");
        exact(3, "LPOS {list} {element} [RANK {few}] [COUNT {few}] [MAXLEN {few}]");
        exact(3, "LMOVE {list} {list} (LEFT|RIGHT) (LEFT|RIGHT)");
        exact(2, "RPOPLPUSH {list} {list}");
        exact(2, "LMPOP 2 {list} {list} (LEFT|RIGHT) [COUNT {few}]");
        exact(1, "LMPOP {few} {list}... (LEFT|RIGHT) [COUNT {few}]...");
        verbatim(2, "(BLPOP|BRPOP) {list}... 0.01");
        verbatim(1, "BLMOVE {list} {list} (LEFT|RIGHT) (LEFT|RIGHT) 0.01");
        verbatim(1, "BRPOPLPUSH {list} {list} 0.01");
        verbatim(2, "BLMPOP 0.01 2 {list} {list} (LEFT|RIGHT) [COUNT {few}]");
        exact(1, "(BLPOP|BRPOP) {list} (-1|abc|-inf)");
        exact(2, "(SORT|SORT_RO) {list} [ASC|DESC] [ALPHA] [LIMIT {few} {few}]");
        exact(2, "SORT {list} BY (w_*|h_*->f|nosort) [GET (#|w_*|h_*->f|w_1)]... [LIMIT {few} {few}] [DESC]");
        exact(1, "SORT {list} [ALPHA] [BY w_*] [GET #] STORE {list}");
        exact(2, "SET (w_a|w_b|w_1|w_2|w_10) {int}");
        exact(1, "SET s1 {element}");
        exact(2, "DEL {list}...");
        exact(1, "(RENAME|COPY) {list} {list}");
        exact(1, "EXPIRE {list} {seconds}");
        exact(1, "(TYPE|OBJECT ENCODING|EXISTS|GET) {list}");
        exact(3, "MULTI");
        exact(5, "EXEC");
        exact(1, "DISCARD");
    }
}
