package proa.chaos.lab;

import java.nio.file.Path;

/**
 * A balancer on another machine.
 *
 * @param runDirectory a folder of this machine with sockets that lead to those of its processes
 */
public record RemoteBalancer(String name, Path runDirectory) implements Balancer {}
