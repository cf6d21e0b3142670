import type { Command } from './service.js';

/** A JVM with a bounded heap, that ends rather than limp on when that heap is full, so that its crash is seen. */
export function javaCommand(
  java: string,
  heapMegabytes: number,
  options: readonly string[],
  classPath: readonly string[],
  main: readonly string[],
): Command {
  return {
    program: java,
    arguments: [
      '-Xms64m',
      `-Xmx${heapMegabytes}m`,
      '-XX:+ExitOnOutOfMemoryError',
      '-Djava.awt.headless=true',
      ...options,
      '-cp',
      classPath.join(':'),
      ...main,
    ],
  };
}
