package proa.node.apply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.agreement.Proposal;
import proa.cluster.agreement.Version;
import proa.config.text.Outcome;
import proa.config.text.Violation;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The two phases on this node: what is read, kept ready, written and put in use. One thread. */
final class Steps {

    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

    private final OwnFile own;
    private final VersionFiles files;
    private final Place place;
    private final InstantSource time;

    Steps(OwnFile own, VersionFiles files, Place place, InstantSource time) {
        this.own = own;
        this.files = files;
        this.place = place;
        this.time = time;
    }

    /**
     * What was found.
     *
     * @param hash of what was read; empty where it could not be
     * @param reasons why nothing is kept ready; empty: all of it is
     */
    record Checked(String hash, List<String> reasons) {}

    /** First phase: everything that can fail, the disk included. */
    Checked check(Proposal proposal) {
        return prepare(proposal.version(), proposal.dryRun());
    }

    private Checked prepare(Version version, boolean dryRun) {
        return switch (own.check(version.text(), OwnFile.nameOf(version), time.instant())) {
            case Outcome.Refused(var violations) ->
                    new Checked("", violations.stream().map(Violation::toString).toList());
            case Outcome.Ok sound -> hold(version, sound, dryRun);
        };
    }

    private Checked hold(Version version, Outcome.Ok sound, boolean dryRun) {
        List<String> reasons = place.hold(sound);
        if (!reasons.isEmpty()) {
            return new Checked(sound.hash(), reasons);
        }
        try {
            if (!dryRun) {
                keepFirst();
            }
            Version read =
                    new Version(version.number(), sound.hash(), version.text(), version.origin());
            files.prepare(new Kept(read, own.digest()));
            return new Checked(sound.hash(), List.of());
        } catch (IOException e) {
            place.release();
            LOG.error("version {} is not on the disk", version.number(), e);
            return new Checked(
                    sound.hash(),
                    List.of("the state directory cannot be written: " + e.getMessage()));
        }
    }

    /**
     * What there was before anything was applied, so that one can go back to it: what is in use,
     * which the file need not say any more. It is written anew with each proposal until one has
     * been taken in: others may refuse.
     */
    private void keepFirst() throws IOException {
        if (files.latest().filter(kept -> kept.version().number() > 0).isPresent()) {
            return;
        }
        String hash = place.hash();
        Optional<String> text = own.textInUse(hash);
        if (text.isEmpty()) {
            LOG.warn("what is in use has no text: nobody can go back to it");
            return;
        }
        Version.Origin origin =
                new Version.Origin(
                        own.path().toString(), "the file", "", time.instant().toEpochMilli());
        files.prepare(new Kept(new Version(0, hash, text.get(), origin), own.digest()));
        files.commit(0);
    }

    void release() {
        place.release();
        files.drop();
    }

    /** Second phase. */
    List<String> install(Version version) {
        try {
            return committed(version);
        } catch (RuntimeException defect) { // whoever waits for this is to hear of it
            LOG.error("version {} may be in use or not", version.number(), defect);
            return List.of("a defect: " + defect);
        }
    }

    private List<String> committed(Version version) {
        try {
            files.commit(version.number());
        } catch (IOException e) {
            release();
            LOG.error("version {} is not on the disk", version.number(), e);
            return List.of("the state directory cannot be written: " + e.getMessage());
        }
        Version.Origin origin = version.origin();
        List<String> reasons =
                place.take(origin.by() + " on " + origin.node() + ", version " + version.number());
        if (reasons.isEmpty()) {
            own.isInUse(place.hash(), version.text());
        }
        return reasons;
    }

    /** Both at once, of what others have already. */
    List<String> catchUp(Version version) {
        Checked checked = prepare(version, false);
        return Stream.concat(
                        checked.reasons().stream(),
                        checked.reasons().isEmpty()
                                ? install(version).stream()
                                : Stream.<String>empty())
                .toList();
    }
}
