/**
 * R: what a process tells the service manager that started it ({@code sd_notify(3)}): that it is
 * ready, how it stands, and that its loops still turn.
 *
 * <p>Start reading at {@link proa.config.service.Reports}. The datagrams themselves are sent by the
 * carriers of each process.
 */
@NullMarked
package proa.config.service;

import org.jspecify.annotations.NullMarked;
