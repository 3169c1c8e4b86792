/**
 * C: {@code proa demo}: builds a trio with servers and clients, kills the owner of the address with
 * {@code kill -9} and says what survived. Start reading at {@link proa.chaos.demo.Demo}, the steps,
 * and {@link proa.chaos.demo.Judge}, what counts as survived.
 */
@NullMarked
package proa.chaos.demo;

import org.jspecify.annotations.NullMarked;
