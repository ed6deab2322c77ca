import { fault } from "../support/fault";
import { HookKills } from "../support/hook-kills";

/** `HOOK_KILLS=200` kills more often, `HOOK_KILL_SEED` at other moments. */
const { HOOK_KILLS = "10", HOOK_KILL_SEED = "1" } = process.env;

fault(
  55,
  "the function's process is killed, at any moment: between two bytes, as a bulk is accepted, as it hands over",
  "its messages come back; nothing is lost, and what comes again is what that run itself had shipped of them",
  async () => {
    const report = await HookKills.play(Number(HOOK_KILL_SEED), Number(HOOK_KILLS));
    console.log(JSON.stringify({ seed: Number(HOOK_KILL_SEED), ...report }));
    // Without these it would prove nothing.
    expect(report.killed).toBe(Number(HOOK_KILLS));
    expect(report.continuations).toBeGreaterThan(0);
    expect(report.repeated).toBeGreaterThan(0);
  },
  1_000_000,
);
