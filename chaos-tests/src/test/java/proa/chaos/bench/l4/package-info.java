@org.jspecify.annotations.NullMarked
package proa.chaos.bench.l4;
