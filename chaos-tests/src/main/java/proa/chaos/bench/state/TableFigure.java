package proa.chaos.bench.state;

/**
 * One thing that was measured of a table, in the form that is written as JSON.
 *
 * @param promised what it may be at most or must be at least; 0: nothing is promised of it
 * @param least whether the promise is a least value
 */
record TableFigure(
        String name, double value, String unit, double promised, boolean least, boolean kept) {

    /** Nothing is promised of it. */
    static TableFigure found(String name, double value, String unit) {
        return new TableFigure(name, value, unit, 0, false, true);
    }

    static TableFigure atMost(String name, double value, String unit, double promised) {
        return new TableFigure(name, value, unit, promised, false, value <= promised);
    }

    static TableFigure atLeast(String name, double value, String unit, double promised) {
        return new TableFigure(name, value, unit, promised, true, value >= promised);
    }
}
