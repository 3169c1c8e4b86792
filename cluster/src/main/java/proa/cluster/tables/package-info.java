/** R: sticky entries, counters, expiry, merge laws and the bounded update log. */
@NullMarked
package proa.cluster.tables;

import org.jspecify.annotations.NullMarked;
