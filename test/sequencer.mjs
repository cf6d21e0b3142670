import Sequencer from '@jest/test-sequencer';

/**
 * The stack's topics are shared by all e2e tests. Those of the whole pipeline run first: tests of the consumer loop
 * leave records on the topics that a pipeline would have to read through.
 */
const order = ['test/e2e', 'libs/stores', 'libs/', 'stack/', 'test/chaos'];

export default class WholePipelineFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = order.findIndex((part) => path.includes(`/${part}`));
      return at < 0 ? order.length : at;
    };
    return [...tests].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  }
}
