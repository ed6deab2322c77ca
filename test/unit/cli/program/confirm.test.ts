import { PassThrough } from "node:stream";
import { ask } from "../../../../cli/program/confirm";
import { exitCodes, Interrupted } from "../../../../cli/program/errors";

const never = new AbortController().signal;

/** A terminal on which keys are pressed once the question is there. */
function press(keys: string, signal = never): Promise<boolean> {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const answer = ask("Remove it?", { input, output }, signal);
  input.write(keys);
  return answer;
}

test.each([
  ["y\r", true],
  ["YES\r", true],
  [" y \r", true],
  ["\r", false],
  ["n\r", false],
  ["yesterday\r", false],
  ["\x04", false],
])("answered with %j is %j", async (keys, answer) => {
  expect(await press(keys)).toBe(answer);
});

test("Ctrl+C ends the command as an interruption does", async () => {
  const error = await press("\x03").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Interrupted);
  expect(error).toMatchObject({ exitCode: exitCodes.interrupted });
});

test("an interruption from outside ends the question", async () => {
  await expect(press("", AbortSignal.abort())).rejects.toThrow(/abort/i);
});
