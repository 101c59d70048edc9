/** The contract's rules that hold over both doors: revisions, versions, values, idempotency ids. */
package io.clouddragon.compat.contract;
