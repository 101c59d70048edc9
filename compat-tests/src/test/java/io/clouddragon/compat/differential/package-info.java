/**
 * The differential test: the same seeded random commands for redis-server and for the server under test, replies compared byte
 * for byte.
 *
 * <p>Reading order: {@link io.clouddragon.compat.differential.StringFamily} (what a family looks like),
 * {@link io.clouddragon.compat.differential.Family}, {@link io.clouddragon.compat.differential.Grammar},
 * {@link io.clouddragon.compat.differential.Comparison}, {@link io.clouddragon.compat.differential.Differential}. To add a
 * command, add a line to its family; to add a family, add a class and name it in {@code DifferentialTest}.
 */
package io.clouddragon.compat.differential;
