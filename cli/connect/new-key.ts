import type { LogzioApi } from "../logzio-api/logzio-api";
import { messageOf } from "../../lambdas/runtime/errors";
import type { CommandContext } from "../program/context";
import { countOf, describeHolders, holdersOf } from "./key-holders";
import type { NewKey, UserKeys } from "./user-keys";

/**
 * Makes a key and has it used. Where that fails, or the user interrupts, the key is deleted again, unless Logz.io has
 * it for something by then.
 * @param api a connection that an interruption does not cut: what was saved must be known
 */
export async function withNewKey<Result>(
  keys: UserKeys,
  api: LogzioApi,
  context: CommandContext,
  use: (key: NewKey) => Promise<Result>,
): Promise<Result> {
  context.signal.throwIfAborted();
  const making = async (): Promise<Result> => {
    const key = await keys.create();
    try {
      context.signal.throwIfAborted();
      return await use(key);
    } catch (error) {
      await discard(keys, api, context, key.id);
      throw error;
    }
  };
  return context.finish(making());
}

async function discard(
  keys: UserKeys,
  api: LogzioApi,
  { output }: CommandContext,
  id: string,
): Promise<void> {
  try {
    const holders = await holdersOf(api, id);
    if (countOf(holders) > 0) {
      output.warn(`the new key ${id} stays: it is in use by ${describeHolders(holders)}`);
      return;
    }
    await keys.remove(id);
    output.note(`The new key ${id} of the user ${keys.userName} was deleted again.`);
  } catch (error) {
    output.warn(
      `the new key ${id} of the user ${keys.userName} was not deleted (${messageOf(error)}); look whether Logz.io uses ` +
        `it (logzio-s3 connect list), or else: aws iam delete-access-key --user-name ${keys.userName} --access-key-id ${id}`,
    );
  }
}
