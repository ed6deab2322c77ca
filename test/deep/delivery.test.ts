import fc from "fast-check";
import { delivery } from "../support/delivery/faults";
import { DeliveryPlay } from "../support/delivery/play";
import { HookBench } from "../support/hook-bench";

/** `HOOK_SEED` and `HOOK_CASES` play others, `HOOK_PATH` one of them again; `npm run model:hook` plays many. */
const { HOOK_SEED = "7", HOOK_CASES = "1000", HOOK_PATH } = process.env;

describe("delivery, with random records, formats, compressions, chunks, faults, ends of runs and events", () => {
  let bench: HookBench;
  beforeAll(async () => {
    bench = await HookBench.start();
  });
  afterAll(() => bench.stop());

  test(`brings all records in order, and counts what it could not: ${HOOK_CASES} cases of seed ${HOOK_SEED}`, async () => {
    const play = fc.asyncProperty(delivery, (given) => new DeliveryPlay(bench, given).run());
    await fc.assert(play, {
      seed: Number(HOOK_SEED),
      numRuns: Number(HOOK_CASES),
      ...(HOOK_PATH === undefined ? {} : { path: HOOK_PATH }),
    });
  }, 3_000_000);
});
