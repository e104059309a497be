import Sequencer from '@jest/test-sequencer';
import { longestFirst } from './longest-first.ts';

/** What Jest asks for the order: its own, but for what takes longest. */
export default class LongestFirst extends Sequencer {
  async sort(tests) {
    return longestFirst(await super.sort(tests));
  }
}
