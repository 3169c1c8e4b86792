/**
 * C: clients of a trio, in a process of their own: HTTP with cookies, sticky TCP, one over its rate
 * limit, a session store's, a long connection. They remember what they were promised and say what
 * came of it. Start reading at {@link proa.chaos.load.Load}, the process, and {@link
 * proa.chaos.load.LoadReport}, what it says.
 */
@NullMarked
package proa.chaos.load;

import org.jspecify.annotations.NullMarked;
