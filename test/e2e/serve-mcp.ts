import { eventually } from './eventually.js';
import { startPenstockProcess, type PenstockProcess } from './run-penstock.js';

/** MCP over HTTP in a process of its own, and where it is called; whoever starts it ends it. */
export interface McpProcess extends PenstockProcess {
  readonly address: string;
}

/** Runs `penstock mcp --http` on a free port, with these options besides, and waits until it is served. */
export async function serveMcp(
  options: readonly string[],
  environment: Record<string, string>,
  withinMs: number,
): Promise<McpProcess> {
  const started = startPenstockProcess(['mcp', '--http', '--port', '0', ...options], environment);
  const served = (): string | undefined => /MCP at (http:\S+)/.exec(started.said.err)?.[1];
  try {
    return { ...started, address: await eventually('MCP to be served', served, withinMs) };
  } catch (error) {
    started.child.kill('SIGTERM');
    throw error;
  }
}
