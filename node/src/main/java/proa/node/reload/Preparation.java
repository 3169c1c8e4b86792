package proa.node.reload;

/** What came of making everything that a configuration needs: all of it, or nothing. */
sealed interface Preparation permits Prepared, Reload.Refused {}
