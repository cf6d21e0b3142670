/**
 * The body of a worker thread that holds the sentence model. Inference is synchronous in the runtime, and on the main
 * thread it would hold up heartbeats. Runs as it stands from the sources too, so it imports nothing of ours but types.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { AutoModel, AutoTokenizer, env, Tensor } from '@huggingface/transformers';

import type { ModelAnswer, ModelQuestion, ModelSource } from './thread-protocol.js';

const port = parentPort;
if (port === null) throw new Error('this file is the body of a worker thread');

const { folder, hubModel, threads } = workerData as ModelSource;
env.allowLocalModels = hubModel === undefined;
env.allowRemoteModels = hubModel !== undefined;
env.localModelPath = '';
if (hubModel !== undefined) env.cacheDir = folder;
const name = hubModel ?? folder;

const tokenizer = await AutoTokenizer.from_pretrained(name);
const model = await AutoModel.from_pretrained(name, {
  dtype: 'fp32',
  session_options: {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    // Threads that wait for work by spinning would take the processor from the other roles of the process.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  },
});

function tokenized(texts: readonly string[]): number[][] {
  return texts.map((text) => tokenizer.encode(text, { add_special_tokens: false }));
}

/** The mean over the tokens of each row; all rows have the same length, so nothing is masked. */
async function encoded(rows: readonly (readonly number[])[]): Promise<Float32Array[]> {
  const length = rows[0]?.length ?? 0;
  const shape = [rows.length, length];
  const size = rows.length * length;
  const tensor = (values: BigInt64Array): Tensor => new Tensor('int64', values, shape);
  const output = (await model({
    input_ids: tensor(BigInt64Array.from(rows.flat(), BigInt)),
    attention_mask: tensor(new BigInt64Array(size).fill(1n)),
    token_type_ids: tensor(new BigInt64Array(size)),
  })) as { last_hidden_state: { data: Float32Array; dims: number[] } };
  const { data, dims } = output.last_hidden_state;
  const dimensions = dims[2] ?? 0;
  return rows.map((_, row) =>
    meanOf(data.subarray(row * length * dimensions, (row + 1) * length * dimensions), dimensions),
  );
}

function meanOf(states: Float32Array, dimensions: number): Float32Array {
  const sums = new Float64Array(dimensions);
  states.forEach((value, index) => (sums[index % dimensions] = (sums[index % dimensions] ?? 0) + value));
  const length = Math.hypot(...sums);
  return Float32Array.from(sums, (sum) => sum / length);
}

async function answer(question: ModelQuestion): Promise<ModelAnswer> {
  const { id } = question;
  try {
    return question.ask === 'tokens'
      ? { id, tokens: tokenized(question.texts) }
      : { id, vectors: await encoded(question.rows) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (question: ModelQuestion) => void answer(question).then((said) => port.postMessage(said)));
const [first, last] = tokenizer.encode('') as [number, number];
port.postMessage({ ready: true, marks: { first, last } });
