package proa.node.reload;

import proa.config.change.Changes;
import proa.config.text.Outcome;

/**
 * A configuration of which everything that can fail has been done, while another one serves.
 *
 * @param changes from the one in use
 * @param before the generation in use
 * @param next the generation that would follow
 * @param plan its listeners, those that are new bound
 * @param secured its certificates
 */
record Prepared(
        Outcome.Ok sound,
        Changes changes,
        Generation before,
        Generation next,
        FrontendPlan plan,
        NodeTls.Securities secured)
        implements Preparation {}
