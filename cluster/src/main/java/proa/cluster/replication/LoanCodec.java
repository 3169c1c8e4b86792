package proa.cluster.replication;

import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;

/** What is asked for and given under strict limits ↔ bytes. */
final class LoanCodec {

    private LoanCodec() {}

    static void write(Message.Ask ask, ByteWriter to) {
        write(ask.of(), to);
        to.int64(ask.askedNanos()).variable(ask.wanted());
    }

    static void write(Message.Loan loan, ByteWriter to) {
        write(loan.of(), to);
        to.int64(loan.askedNanos()).variable(loan.given());
    }

    static Message readAsk(Origin origin, ByteReader from) {
        Loans.Of of = read(from);
        return new Message.Ask(origin, of, from.int64(), amount(from));
    }

    static Message readLoan(Origin origin, ByteReader from) {
        Loans.Of of = read(from);
        return new Message.Loan(origin, of, from.int64(), amount(from));
    }

    private static void write(Loans.Of of, ByteWriter to) {
        to.text(of.table()).text(of.counter()).variable(of.limit());
        to.int64(of.key().high()).int64(of.key().low());
    }

    private static Loans.Of read(ByteReader from) {
        String table = from.text();
        String counter = from.text();
        long limit = amount(from);
        return new Loans.Of(table, counter, limit, new TableKey(from.int64(), from.int64()));
    }

    private static long amount(ByteReader from) {
        long amount = from.variable();
        if (amount < 0) {
            from.breakOff();
        }
        return amount;
    }
}
