/**
 * C: fetches the files a configuration names, and what the kernel says of the host. Start reading
 * at {@link proa.config.file.MemberFiles}.
 */
@NullMarked
package proa.config.file;

import org.jspecify.annotations.NullMarked;
