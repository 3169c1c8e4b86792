/** What the operator asked for, as values. Rules (R): records without input or output. */
@NullMarked
package proa.config;

import org.jspecify.annotations.NullMarked;
