/**
 * The tools of the command line: {@code dragon log dump}, {@code dragon export}, … Each class named {@code …Command} is a
 * subcommand; {@link io.clouddragon.server.tools.Tools} lists them.
 */
package io.clouddragon.server.tools;
