import { BoardWatch, OpenWorkReader, TroubleReader, type FlowSample } from '#board';
import { GroupFlows, groupOf } from '#kafka';

import type { Background } from './background.js';
import type { Platform } from './platform.js';
import { consumingRoles } from './roles.js';

/** The board of this installation, which nobody reads before somebody watches. */
export function watchBoard({ config, kafka, log, nowMs, pool }: Platform): Background & { readonly watch: BoardWatch } {
  const flows = new GroupFlows({ ...kafka, log });
  const troubles = new TroubleReader(pool, { sagaDeadlineMs: config.sagaDeadlineMs, nowMs });
  const work = new OpenWorkReader(pool, troubles);
  const watch = new BoardWatch({ flow: () => readFlow(flows, nowMs), work: () => work.read(), nowMs });
  return {
    watch,
    stop: async () => {
      watch.stop();
      await flows.close();
    },
  };
}

async function readFlow(flows: GroupFlows, nowMs: () => number): Promise<FlowSample> {
  const found = await flows.read(consumingRoles.map(groupOf));
  const sampled = found.map(({ members: instances, committed: handled, lag }, i) => ({
    ...{ role: consumingRoles[i] ?? '', instances, handled, lag },
  }));
  return { atMs: nowMs(), roles: sampled };
}
