/**
 * Namespaces and processes for the tests of vipd: a switch, hosts and a client as network
 * namespaces, a process that plays the node, one that probes.
 */
package proa.vip.lab;
