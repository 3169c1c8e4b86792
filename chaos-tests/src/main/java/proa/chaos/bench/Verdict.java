package proa.chaos.bench;

/** What a figure says about a promise. */
enum Verdict {
    BROKEN("BELOW THE FLOOR"),
    KEPT("kept"),
    TARGET_REACHED("target reached"),
    NOT_PROMISED("–");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    /** Of a figure that had better be large. */
    static Verdict of(double figure, double floor, double target) {
        if (figure < floor) {
            return BROKEN;
        }
        return figure < target ? KEPT : TARGET_REACHED;
    }

    /** For people. */
    String words() {
        return words;
    }
}
