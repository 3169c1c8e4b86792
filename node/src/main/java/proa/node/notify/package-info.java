/** C: tells programs and webhooks of what happens. Start at {@link proa.node.notify.Hooks}. */
@NullMarked
package proa.node.notify;

import org.jspecify.annotations.NullMarked;
