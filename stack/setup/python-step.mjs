import { join } from 'node:path';

import { buildFolder } from './build-folder.mjs';
import { checkout } from './cache-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';

const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '-r'];

/**
 * Step 4: virtual environments with pinned packages: the vector store's front, and for the tests a producer, a reader
 * of the graph and a checker of Kubernetes manifests.
 */
export async function pythonStep({ installed, announce }) {
  const environments = {
    python: 'stack/qdrant-front/requirements.txt',
    'python-producer': 'test/python/requirements.txt',
    'python-graphiti': 'test/graphiti/requirements.txt',
    'python-kubernetes': 'stack/helm/requirements.txt',
  };
  const [front, producer, graphiti, kubernetes] = await Promise.all(
    Object.entries(environments).map(([name, file]) => environment(name, file, { installed, announce })),
  );
  return {
    skipped: [front, producer, graphiti, kubernetes].every(({ skipped }) => skipped),
    python: join(front.folder, 'bin/python'),
    pythonProducer: join(producer.folder, 'bin/python'),
    pythonGraphiti: join(graphiti.folder, 'bin/python'),
    pythonKubernetes: join(kubernetes.folder, 'bin/python'),
  };
}

function environment(name, requirements, { installed, announce }) {
  const hash = contentHash([requirements], installed.systemPython, installed.pythonVersion);
  return buildFolder(name, hash, async (partial) => {
    announce(`creating the virtual environment of ${requirements}`);
    await mustRun(installed.systemPython, ['-m', 'venv', partial]);
    await sayingItGoesOn('pip install', () =>
      mustRun(join(partial, 'bin/python'), [...pip, join(checkout, requirements)]),
    );
  });
}
