/**
 * R: from single findings to the verdict on a server: rise, fall, when to probe next; who is out
 * because live traffic failed; what agents say.
 *
 * <p>Start reading at {@link proa.node.health.CheckMachine} and {@link proa.node.health.Ejections}.
 */
@NullMarked
package proa.node.health;

import org.jspecify.annotations.NullMarked;
