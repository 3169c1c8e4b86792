package proa.cluster.engine;

import proa.cluster.raft.SessionMachine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the thread of a {@link RaftMember} is told. */
sealed interface RaftEvent {

    record Arrived(int from, byte[] bytes) implements RaftEvent {}

    record Asked(RaftAnswers.Asker asker, boolean command, byte[] bytes) implements RaftEvent {}

    record View(List<Integer> ids) implements RaftEvent {}

    record Prepared(Path path, long index) implements RaftEvent {}

    record Copy(CompletableFuture<SessionMachine> copy) implements RaftEvent {}

    record Failed(String why) implements RaftEvent {}
}
