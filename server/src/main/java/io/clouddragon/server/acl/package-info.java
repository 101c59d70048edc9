/**
 * Who may do what, by the rules of Redis 7.0's access control lists: {@link io.clouddragon.server.acl.Users} are made of
 * rules, each holding {@link io.clouddragon.server.acl.Selector}s that grant commands, keys and channels; what was refused
 * goes to the {@link io.clouddragon.server.acl.AclLog}. How a command's words meet the rules is told in
 * {@code server.command.Permissions}.
 *
 * <p>Names, patterns and rules are bytes. Here they are Strings of one char a byte (ISO 8859-1), so that case-insensitive
 * comparison stays simple and no byte is ever lost.
 */
package io.clouddragon.server.acl;
